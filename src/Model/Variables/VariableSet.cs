using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Variables;

/// <summary>
/// Variables and their values. A set may be based on another, as an element's is on its project's: it
/// then holds what is its own, and everything that refers to that, and takes the other's values for the rest. Values are
/// computed on first use. Thread-safe.
/// </summary>
public sealed partial class VariableSet
{
    private readonly VariableSet? _below;
    private readonly VariableNames _names;

    /// <summary>By the number of the name.</summary>
    private readonly ScalarNode[] _definitions;

    /// <summary>Whether the value may differ from that of the set below; numbers past the end are own.</summary>
    private readonly bool[] _isOwn;

    private readonly string?[] _values;
    private VariableReferences? _references;

    private VariableSet(VariableSet? below, VariableNames names, ScalarNode[] definitions, bool[] isOwn)
    {
        _below = below;
        _names = names;
        _definitions = definitions;
        _isOwn = isOwn;
        _values = new string?[definitions.Length];
    }

    /// <summary>No variables.</summary>
    public static VariableSet Empty { get; } = new(null, VariableNames.Empty, [], []);

    /// <exception cref="LoadException">A variable is not a text.</exception>
    public static VariableSet Create(MappingNode variables) => Empty.With(variables);

    /// <summary>The variables with these replaced, or appended.</summary>
    /// <exception cref="LoadException">A variable is not a text.</exception>
    public VariableSet With(MappingNode overrides)
    {
        if ((overrides.Scalar("notparallel") ?? Definition("notparallel"))?.Bool("notparallel") == true)
            overrides = overrides.With("max-jobs", new ScalarNode("1", Provenance.None));

        var names = _names.With(overrides.Members);
        var definitions = new ScalarNode[names.Count];
        _definitions.CopyTo(definitions, 0);
        var isOwn = new bool[_definitions.Length];
        foreach (ref readonly var member in overrides.Members.AsSpan())
        {
            var name = names.Find(member.Key);
            definitions[name] = Text(member);
            if (name < isOwn.Length)
                isOwn[name] = true;
        }

        _references ??= new VariableReferences(_names, _definitions);
        _references.MarkUsers(overrides.Members.Select(member => member.Key), isOwn);
        return new VariableSet(this, names, definitions, isOwn);
    }

    /// <summary>Every variable with its value, as a mapping of them would list them.</summary>
    /// <exception cref="LoadException">One refers to what is not defined, or to itself.</exception>
    public ImmutableArray<KeyValuePair<string, string>> Values =>
        [.. Enumerable.Range(0, _definitions.Length).Select(name => KeyValuePair.Create(_names[name], Value(name)))];

    /// <summary>As <see cref="Values"/>, but what has no value is passed over.</summary>
    public ImmutableArray<KeyValuePair<string, string>> KnownValues
    {
        get
        {
            var values = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
            for (var name = 0; name < _definitions.Length; name++)
            {
                try
                {
                    values.Add(KeyValuePair.Create(_names[name], Value(name)));
                }
                catch (LoadException)
                {
                }
            }
            return values.ToImmutable();
        }
    }

    /// <summary>Finds the value of every variable.</summary>
    /// <exception cref="LoadException">One refers to what is not defined, or to itself.</exception>
    public void ExpectValues()
    {
        for (var name = 0; name < _definitions.Length; name++)
            Value(name);
    }

    /// <summary>The text that defines the variable, or null.</summary>
    public ScalarNode? Definition(string name) => _names.Find(name) is >= 0 and var number ? _definitions[number] : null;

    /// <summary>The value, or null where nothing defines it.</summary>
    /// <exception cref="LoadException">It refers to what is not defined, or to itself.</exception>
    public string? Find(string name) => _names.Find(name) is >= 0 and var number ? Value(number) : null;

    private string Value(int name) => _values[name] ??=
        !IsOwn(name) ? _below!.Value(name)
        : !_definitions[name].Has(NodeMarks.Reference) ? _definitions[name].Value
        : new VariableResolution(this).Resolve(name);

    private static ScalarNode Text(in Member member)
    {
        if (member.Value is ScalarNode text)
            return text;
        Directive.ExpectNoneOfLists(member.Value);
        throw new LoadException(
            LoadErrorReason.InvalidData,
            member.Value.Provenance,
            $"Value of '{member.Key}' is not of the expected type 'scalar'");
    }
}
