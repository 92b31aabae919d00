using System.Text;
using Bistro.Builder.Errors;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Sources.Archives;

/// <summary>
/// A tree that is built in memory as a file system would do it. Symbolic links are followed, but not out of the tree: a name
/// that leads above the root, or through a link with an absolute target, is refused.
/// </summary>
/// <param name="isRoot">Whether the tree is a root file system, where absolute link targets begin at the root and <c>..</c> stops there.</param>
internal sealed class ArchiveTree(bool isRoot = false)
{
    // As many as Linux follows (path_resolution(7)).
    private const int MaximumLinks = 40;

    public ArchiveFolder Root { get; } = new();

    /// <summary>The place that a path leads to.</summary>
    /// <param name="path">Components between slashes; empty ones and <c>.</c> are ignored.</param>
    /// <param name="followLast">Whether to follow a link that the path itself names.</param>
    /// <param name="makeParents">Whether to create missing folders above it; otherwise they count as empty.</param>
    /// <exception cref="SourceException">The path leads out of the tree, leads through a file, or is too long once its links are followed.</exception>
    public ArchivePlace Locate(string path, bool followLast, bool makeParents = false)
    {
        List<ArchivePlace> way = [new(Root, "")];
        var rest = new Stack<string>(Components(path));
        var (links, length) = (0, 0);
        while (rest.TryPop(out var name))
        {
            if (name == "..")
            {
                if (way.Count == 1 && !isRoot)
                    throw new SourceException($"'{path}' leads out of the tree.");
                if (way.Count == 1)
                    continue;
                length -= BytesOf(way[^1].Name);
                way.RemoveAt(way.Count - 1);
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
                {
                    way.RemoveRange(1, way.Count - 1);
                    length = 0;
                }
                foreach (var component in Components(link.Target))
                    rest.Push(component);
            }
            else
            {
                way.Add(place);
                // Links on the way can make a short path long.
                length += BytesOf(name);
                if (length - 1 > TreePath.MaximumBytes)
                    throw new SourceException($"'{path}' leads to a path that is longer than {TreePath.MaximumBytes} bytes.");
            }
        }
        return way[^1];
    }

    /// <summary>Creates a folder and the folders above it, unless they exist.</summary>
    /// <exception cref="SourceException">Another entry has the name.</exception>
    public void MakeFolder(string path) => Enter(Locate(path, followLast: true, makeParents: true), path, makeParents: true);

    private static ArchiveFolder Enter(ArchivePlace place, string path, bool makeParents)
    {
        switch (place.Node)
        {
            case ArchiveFolder directory:
                return directory;
            case null:
                var made = new ArchiveFolder { IsImagined = !makeParents };
                if (makeParents)
                    place.Parent.Entries[place.Name] = made;
                return made;
            default:
                throw new SourceException($"'{path}' leads through '{place.Name}', which is not a folder.");
        }
    }

    // With its slash.
    private static int BytesOf(string name) => Encoding.UTF8.GetByteCount(name) + 1;

    // The last one first, as they are pushed.
    private static IEnumerable<string> Components(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(component => component != ".").Reverse();
}

/// <summary>A name in a folder of an archive tree, whether or not an entry has it. The root has no name.</summary>
internal readonly record struct ArchivePlace(ArchiveFolder Parent, string Name)
{
    public ArchiveNode? Node => Name.Length == 0 ? Parent : Parent.Entries.GetValueOrDefault(Name);
}

/// <summary>An entry of an archive tree.</summary>
internal abstract class ArchiveNode;

internal sealed class ArchiveFolder : ArchiveNode
{
    public Dictionary<string, ArchiveNode> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the tree does not have it: a path leads through it, or would.</summary>
    public bool IsImagined { get; init; }
}

/// <summary>A file. Hard links are several names of one file.</summary>
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
