using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Variables;

public sealed partial class VariableSet
{
    /// <summary>Computes the value of a variable and of those that it refers to, on an explicit stack, because chains have any length.</summary>
    private readonly struct VariableResolution(VariableSet set)
    {
        private readonly List<Step> _path = [];

        public string Resolve(int name)
        {
            _path.Add(new Step(name, 0));
            while (true)
            {
                var (current, part) = _path[^1];
                var missing = FirstMissing(set._definitions[current], ref part);
                _path[^1] = new Step(current, part);
                if (missing >= 0)
                {
                    Enter(missing);
                    continue;
                }

                var value = set._values[current] = set.Join(set._definitions[current]);
                _path.RemoveAt(_path.Count - 1);
                if (_path.Count == 0)
                    return value;
            }
        }

        /// <summary>The first reference from this part on whose value is not known yet, or -1.</summary>
        private int FirstMissing(ScalarNode definition, ref int part)
        {
            var parts = definition.Template.Parts;
            for (; part < parts.Length; part++)
            {
                if (!parts[part].IsReference)
                    continue;
                var name = set.Number(parts[part].Text, definition);
                if (set._values[name] is null && set._definitions[name].Has(NodeMarks.Reference) && set.IsOwn(name))
                    return name;
            }

            return -1;
        }

        private void Enter(int name)
        {
            // A path longer than there are variables holds one of them twice.
            if (_path.Count > set._definitions.Length)
                throw Circular(name);
            _path.Add(new Step(name, 0));
        }

        private LoadException Circular(int name)
        {
            var start = _path.FindLastIndex(step => step.Name == name);
            var names = set._names;
            var chain = Circle.Describe(_path.Skip(start).Select(step => names[step.Name]).Append(names[name]));
            return new LoadException(
                LoadErrorReason.CircularReferenceVariable,
                set._definitions[name].Provenance,
                $"Circular dependency detected on variable '{names[name]}': {chain}");
        }

        private readonly record struct Step(int Name, int Part);
    }
}
