using Bistro.Model.Yaml;

namespace Bistro.Model.Variables;

/// <summary>Which variables of a set refer to a name, so that a change of it reaches only those.</summary>
internal sealed class VariableReferences
{
    private readonly Dictionary<string, List<int>> _users = new(StringComparer.Ordinal);
    private readonly VariableNames _names;

    public VariableReferences(VariableNames names, ScalarNode?[] definitions)
    {
        _names = names;
        for (var name = 0; name < definitions.Length; name++)
        {
            if (definitions[name] is not { } definition || !definition.Has(NodeMarks.Reference))
                continue;
            foreach (var part in definition.Template.Parts)
                if (part.IsReference)
                    Add(part.Text, name);
        }
    }

    /// <summary>Marks every variable that refers to one of the names, directly or indirectly.</summary>
    public void MarkUsers(IEnumerable<string> names, bool[] marked)
    {
        var waiting = new Stack<string>(names);
        while (waiting.TryPop(out var name))
        {
            if (!_users.TryGetValue(name, out var users))
                continue;
            foreach (var user in users)
            {
                if (marked[user])
                    continue;
                marked[user] = true;
                waiting.Push(_names[user]);
            }
        }
    }

    private void Add(string name, int user)
    {
        if (!_users.TryGetValue(name, out var users))
            _users.Add(name, users = []);
        users.Add(user);
    }
}
