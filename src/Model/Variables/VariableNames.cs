using System.Collections.Immutable;
using Bistro.Model.Yaml;

namespace Bistro.Model.Variables;

/// <summary>Numbers the names of a set of variables. A set that adds few names to another shares its table.</summary>
internal sealed class VariableNames
{
    private const int FewNames = 8;

    private readonly Dictionary<string, int> _table;
    private readonly string[] _tabled;
    private readonly string[] _added;

    private VariableNames(Dictionary<string, int> table, string[] tabled, string[] added)
    {
        _table = table;
        _tabled = tabled;
        _added = added;
    }

    public static VariableNames Empty { get; } = new([], [], []);

    public int Count => _tabled.Length + _added.Length;

    public string this[int number] => number < _tabled.Length ? _tabled[number] : _added[number - _tabled.Length];

    /// <summary>The number of the name, or -1.</summary>
    public int Find(string name)
    {
        if (_table.TryGetValue(name, out var number))
            return number;
        var index = Array.IndexOf(_added, name);
        return index < 0 ? -1 : _tabled.Length + index;
    }

    /// <summary>These names and the mapping's keys. Existing numbers are kept.</summary>
    public VariableNames With(ImmutableArray<Member> members)
    {
        string[] added = [.. members.Where(member => Find(member.Key) < 0).Select(member => member.Key)];
        if (added.Length == 0)
            return this;
        if (_added.Length + added.Length <= FewNames)
            return new VariableNames(_table, _tabled, [.. _added, .. added]);

        string[] names = [.. _tabled, .. _added, .. added];
        var table = new Dictionary<string, int>(names.Length, StringComparer.Ordinal);
        foreach (var name in names)
            table.Add(name, table.Count);
        return new VariableNames(table, names, []);
    }
}
