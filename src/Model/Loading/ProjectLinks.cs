namespace Bistro.Model.Loading;

/// <summary>The links that were found in a project and in those below it, by their path.</summary>
internal sealed class ProjectLinks(ProjectPlace place)
{
    private readonly Dictionary<string, Link> _links = new(StringComparer.Ordinal);

    /// <summary>The path with the link that it begins with replaced; of several the one that was found first.</summary>
    public string Follow(string path)
    {
        const string Suffix = ".bst";
        var links = _links.GetAlternateLookup<ReadOnlySpan<char>>();
        Link? first = null;
        var length = 0;
        for (var end = 0; path.IndexOf(Suffix, end, StringComparison.Ordinal) is >= 0 and var at;)
        {
            end = at + Suffix.Length;
            if (links.TryGetValue(path.AsSpan(0, end), out var link) && !(first?.Number < link.Number))
                (first, length) = (link, end);
        }
        return first is null ? path : string.Concat(first.Target, path.AsSpan(length));
    }

    /// <summary>Adds a link, here and in the projects above.</summary>
    public void Add(string path, string target)
    {
        var project = this;
        while (true)
        {
            project.AddHere(path, target);
            if (project.Place is not { Parent: { } parent, Junction: { } junction })
                return;
            (path, target, project) = ($"{junction.Name}:{path}", $"{junction.Name}:{target}", parent.Links);
        }
    }

    private ProjectPlace Place => place;

    private void AddHere(string path, string target)
    {
        if (!_links.TryAdd(path, new Link(_links.Count, target)))
            _links[path].Target = target;
        foreach (var known in _links.Values)
            if (Follow(known.Target) == path)
                known.Target = target;
    }

    /// <param name="number">How many were found before it.</param>
    /// <param name="target">Where it leads.</param>
    private sealed class Link(int number, string target)
    {
        public int Number { get; } = number;

        public string Target { get; set; } = target;
    }
}
