using Bistro.Builder.Errors;
using Bistro.Model.Content;

namespace Bistro.Builder.Sources.Archives;

/// <summary>
/// A tree that is put together in memory as a file system would do it, symbolic links followed, but with no way out: a name
/// that leads above the root, or through a link with an absolute target, is refused.
/// </summary>
/// <param name="isRoot">Whether it is a root file system: links with absolute targets then begin at its root, and no way leads above it.</param>
internal sealed class ArchiveTree(bool isRoot = false)
{
    // As many as Linux follows (path_resolution(7)).
    private const int MaximumLinks = 40;

    public ArchiveFolder Root { get; } = new();

    /// <summary>The place that a path leads to.</summary>
    /// <param name="path">Components between slashes; empty ones and <c>.</c> count for nothing.</param>
    /// <param name="followLast">Whether a link that the path itself names is followed too.</param>
    /// <param name="makeParents">Whether folders on the way are made; otherwise missing ones are only imagined.</param>
    /// <exception cref="SourceException">The path leads out of the tree or through a file.</exception>
    public ArchivePlace Locate(string path, bool followLast, bool makeParents = false)
    {
        List<ArchivePlace> way = [new(Root, "")];
        var rest = new Stack<string>(Components(path));
        for (var links = 0; rest.TryPop(out var name);)
        {
            if (name == "..")
            {
                if (way.Count > 1)
                    way.RemoveAt(way.Count - 1);
                else if (!isRoot)
                    throw new SourceException($"'{path}' leads out of the tree.");
                continue;
            }
            var place = new ArchivePlace(Enter(way[^1], path, makeParents), name);
            if (place.Node is ArchiveLink link && (followLast || rest.Count > 0))
            {
                if (link.Target.StartsWith('/') && !isRoot)
                    throw new SourceException($"'{path}' leads out of the tree, through the link '{name}' to '{link.Target}'.");
                if (++links > MaximumLinks)
                    throw new SourceException($"'{path}' leads through too many links.");
                if (link.Target.StartsWith('/'))
                    way.RemoveRange(1, way.Count - 1);
                foreach (var component in Components(link.Target))
                    rest.Push(component);
            }
            else
            {
                way.Add(place);
            }
        }
        return way[^1];
    }

    /// <summary>Makes a folder and those that it is in, where they are not there yet.</summary>
    /// <exception cref="SourceException">Something else is there.</exception>
    public void MakeFolder(string path) => Enter(Locate(path, followLast: true, makeParents: true), path, makeParents: true);

    private static ArchiveFolder Enter(ArchivePlace place, string path, bool makeParents)
    {
        switch (place.Node)
        {
            case ArchiveFolder directory:
                return directory;
            case null:
                var made = new ArchiveFolder();
                if (makeParents)
                    place.Parent.Entries[place.Name] = made;
                return made;
            default:
                throw new SourceException($"'{path}' leads through '{place.Name}', which is no folder.");
        }
    }

    // Last first, as they are pushed.
    private static IEnumerable<string> Components(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(component => component != ".").Reverse();
}

/// <summary>A name in a folder of an archive tree, whether or not something has it. The root has no name.</summary>
internal readonly record struct ArchivePlace(ArchiveFolder Parent, string Name)
{
    public ArchiveNode? Node => Name.Length == 0 ? Parent : Parent.Entries.GetValueOrDefault(Name);
}

/// <summary>Something that has a name in an archive tree.</summary>
internal abstract class ArchiveNode;

internal sealed class ArchiveFolder : ArchiveNode
{
    public Dictionary<string, ArchiveNode> Entries { get; } = new(StringComparer.Ordinal);
}

/// <summary>A file. Hard links are several names of one of these.</summary>
internal sealed class ArchiveFile : ArchiveNode
{
    public SizedDigest Content { get; set; }

    public bool IsExecutable { get; set; }
}

/// <summary>A symbolic link; its target is kept as it is written.</summary>
internal sealed class ArchiveLink(string target) : ArchiveNode
{
    public string Target { get; } = target;
}
