using Bistro.Builder.Sources.Archives;

namespace Bistro.Builder.Sources.Apt;

/// <summary>
/// Packages laid out as one tree with a merged <c>/usr</c>: what they ship below <c>/bin</c>, <c>/lib</c>, <c>/sbin</c> goes below
/// <c>/usr</c>, and links stand in its place, as Debian's installer leaves it. No maintainer script is run.
/// </summary>
/// <param name="isBase">
/// Whether the tree stands by itself. What is laid over a base has no links for the folders that every base has one for.
/// </param>
internal sealed class DebianRoot(bool isBase)
{
    // usrmerge(7)
    private static readonly string[] MergedFolders = ["bin", "lib", "lib32", "lib64", "libo32", "libx32", "sbin"];
    private static readonly string[] FoldersOfBase = ["bin", "lib", "lib64", "sbin"];

    private readonly ArchiveTree _tree = new(isRoot: true);
    private readonly SortedSet<string> _linked = new(isBase ? ["bin", "lib", "sbin"] : [], StringComparer.Ordinal);

    /// <summary>Lays a package over what is there.</summary>
    public void Add(IEnumerable<ArchiveMember> package)
    {
        foreach (var member in package)
        {
            var path = Merge(member.Name);
            if (path.Length == 0 || MergedFolders.Contains(path))
                continue;
            switch (member.Kind)
            {
                case ArchiveMemberKind.Directory:
                    _tree.MakeFolder(path);
                    break;
                case ArchiveMemberKind.File:
                    Place(path, new ArchiveFile { Content = member.Content, IsExecutable = member.IsExecutable });
                    break;
                case ArchiveMemberKind.SymbolicLink:
                    // Where /bin/x is the program, /usr/bin/x may be a link to it: merged, it would lead to itself.
                    if (_tree.Locate(path, followLast: false).Node is not ArchiveFile)
                        Place(path, new ArchiveLink(member.Target));
                    break;
                case ArchiveMemberKind.HardLink:
                    if (_tree.Locate(Merge(member.Target), followLast: true).Node is ArchiveFile file)
                        Place(path, file);
                    break;
            }
        }
    }

    /// <summary>The whole tree.</summary>
    public ArchiveFolder Finish()
    {
        foreach (var folder in _linked.Where(folder => isBase || !FoldersOfBase.Contains(folder)))
        {
            _tree.MakeFolder($"usr/{folder}");
            _tree.Root.Entries[folder] = new ArchiveLink($"usr/{folder}");
        }
        return _tree.Root;
    }

    private void Place(string path, ArchiveNode node)
    {
        var place = _tree.Locate(path, followLast: false, makeParents: true);
        if (place.Node is not ArchiveFolder)
            place.Parent.Entries[place.Name] = node;
    }

    private string Merge(string name)
    {
        var path = name.TrimStart('.').Trim('/');
        var first = path.Split('/')[0];
        if (!MergedFolders.Contains(first))
            return path;
        _linked.Add(first);
        return path == first ? path : $"usr/{path}";
    }
}
