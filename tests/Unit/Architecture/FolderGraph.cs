namespace Bistro.Unit.Architecture;

/// <summary>Which folder of a project uses which other folder. A folder is a namespace; a folder and its sub-folder are two folders.</summary>
internal sealed class FolderGraph
{
    // From one folder to another: the types that make the edge, as "User -> Used".
    private readonly SortedDictionary<string, SortedDictionary<string, SortedSet<string>>> _edges = new(StringComparer.Ordinal);

    /// <summary>Adds a use; one within a folder makes no edge.</summary>
    public void Add(TypeName user, TypeName used)
    {
        if (user.Folder == used.Folder)
            return;
        if (!_edges.TryGetValue(user.Folder, out var targets))
            _edges.Add(user.Folder, targets = new(StringComparer.Ordinal));
        if (!targets.TryGetValue(used.Folder, out var reasons))
            targets.Add(used.Folder, reasons = new(StringComparer.Ordinal));
        reasons.Add($"{user.Name} -> {used.Name}");
    }

    /// <summary>Describes the shortest cycle and the types that make each of its edges; null when there is no cycle.</summary>
    public string? DescribeCycle()
    {
        var shortest = _edges.Keys.Select(CycleThrough).OfType<List<string>>().MinBy(cycle => cycle.Count);
        if (shortest is null)
            return null;
        var lines = shortest.Zip(shortest.Skip(1), (from, to) =>
            $"  {from} -> {to}:{string.Concat(_edges[from][to].Take(5).Select(reason => $"\n    {reason}"))}");
        return $"The folders form a cycle: {string.Join(" -> ", shortest)}\n{string.Join('\n', lines)}";
    }

    // Breadth first, from the folder back to itself.
    private List<string>? CycleThrough(string start)
    {
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal);
        var queue = new Queue<string>([start]);
        while (queue.TryDequeue(out var folder))
        {
            foreach (var next in _edges.TryGetValue(folder, out var targets) ? [.. targets.Keys] : Array.Empty<string>())
            {
                if (!cameFrom.TryAdd(next, folder))
                    continue;
                if (next == start)
                    return Path(start, cameFrom);
                queue.Enqueue(next);
            }
        }
        return null;
    }

    private static List<string> Path(string start, Dictionary<string, string> cameFrom)
    {
        var path = new List<string> { start };
        var folder = start;
        do
        {
            folder = cameFrom[folder];
            path.Add(folder);
        }
        while (folder != start);
        path.Reverse();
        return path;
    }
}

/// <summary>A type and the folder that it stands in.</summary>
internal readonly record struct TypeName(string Folder, string Name);
