using Bistro.Builder.Errors;

namespace Bistro.Builder.Sources.Archives;

/// <summary>
/// Extracts the members of a tar archive as BuildStream's <c>tar</c> source does, that is, as Python's <c>tarfile</c> with its
/// <c>data</c> filter (<c>tar</c> for symbolic links): nothing is written outside, devices are left out, symbolic links may
/// point anywhere, and only the executable bit of modes is kept.
/// </summary>
internal sealed class TarExtraction
{
    private readonly ArchiveTree _tree = new();

    // By name, the last one wins: the targets of hard links that were not extracted.
    private readonly Dictionary<string, ArchiveMember> _passed = new(StringComparer.Ordinal);

    /// <param name="members">The archive, in its order.</param>
    /// <param name="baseDirectory">A pattern: the first folder that matches becomes the root. If empty, everything is extracted.</param>
    /// <exception cref="SourceException">A member leads out of the tree, or no folder matches.</exception>
    public static ArchiveFolder Extract(IReadOnlyList<ArchiveMember> members, string baseDirectory)
    {
        var extraction = new TarExtraction();
        var prefix = baseDirectory.Length == 0 ? "" : BaseDirectory.Find(members, baseDirectory);
        if (prefix.Length > 0 && !prefix.EndsWith('/'))
            prefix += "/";
        foreach (var member in members)
        {
            if (prefix.Length == 0)
                extraction.Add(member);
            else if (extraction.Below(prefix, member) is { } moved)
                extraction.Add(moved);
        }
        return extraction._tree.Root;
    }

    /// <summary>The member as seen from the prefix, or null when it is not below it.</summary>
    private ArchiveMember? Below(string prefix, ArchiveMember member)
    {
        var name = WithoutDot(member.Name);
        if (!name.StartsWith(prefix, StringComparison.Ordinal))
        {
            _passed[Normalise(name)] = member;
            return null;
        }
        var target = member.Target;
        if (member.Kind == ArchiveMemberKind.HardLink)
        {
            target = WithoutDot(target);
            if (target.StartsWith(prefix, StringComparison.Ordinal))
                target = target[prefix.Length..];
        }
        return member with { Name = name[prefix.Length..], Target = target };
    }

    private void Add(ArchiveMember member)
    {
        if (member.Kind == ArchiveMemberKind.Device)
            return;
        var name = Normalise(member.Name.TrimStart('/'));
        // The target of a link of that name must be inside, even where the link itself is about to be replaced.
        _tree.Locate(name, followLast: true);
        switch (member.Kind)
        {
            case ArchiveMemberKind.Directory:
                AddFolder(name);
                break;
            case ArchiveMemberKind.File:
                AddFile(name, member);
                break;
            case ArchiveMemberKind.SymbolicLink:
                AddLink(name, new ArchiveLink(member.Target));
                break;
            case ArchiveMemberKind.HardLink:
                AddHardLink(name, member);
                break;
            default:
                throw new SourceException($"The archive's member '{member.Name}' is of a type that cannot be extracted.");
        }
        _passed[name] = member;
    }

    private void AddFolder(string name)
    {
        if (_tree.Locate(name, followLast: true).Node is null && _tree.Locate(name, followLast: false).Node is not null)
            throw new SourceException($"The archive has '{name}' as a link and as a folder.");
        _tree.MakeFolder(name);
    }

    private void AddFile(string name, ArchiveMember member)
    {
        if (name.LastIndexOf('/') is > 0 and var slash)
            _tree.MakeFolder(name[..slash]);
        var place = _tree.Locate(name, followLast: true);
        if (place.Parent.IsImagined)
            throw new SourceException($"The archive has '{name}' as a file and as a link into a folder that it does not have.");
        if (place.Node is ArchiveFolder)
            throw new SourceException($"The archive has '{name}' as a folder and as a file.");
        // An existing file is overwritten under all its names.
        if (place.Node is not ArchiveFile file)
            place.Parent.Entries[place.Name] = file = new ArchiveFile();
        file.Content = member.Content;
        file.IsExecutable = member.IsExecutable;
    }

    private void AddHardLink(string name, ArchiveMember member)
    {
        if (member.Target.StartsWith('/'))
            throw new SourceException($"The archive's link '{member.Name}' has an absolute target, '{member.Target}'.");
        var target = Normalise(member.Target);
        switch (_tree.Locate(target, followLast: true).Node)
        {
            case ArchiveFile file:
                file.IsExecutable = member.IsExecutable;
                if (!AddLink(name, file))
                    throw new SourceException($"The archive has '{name}' as a folder and as a link.");
                break;
            case null when _passed.TryGetValue(target, out var original) && original.Kind is ArchiveMemberKind.File or ArchiveMemberKind.SymbolicLink:
                Add(original with { Name = name });
                break;
            default:
                throw new SourceException($"The archive's link '{member.Name}' leads to '{member.Target}', which is not a file of the archive.");
        }
    }

    /// <summary>False when the name has a folder, which stays.</summary>
    private bool AddLink(string name, ArchiveNode node)
    {
        var place = _tree.Locate(name, followLast: false, makeParents: true);
        if (place.Node is ArchiveFolder)
            return false;
        place.Parent.Entries[place.Name] = node;
        return true;
    }

    private static string WithoutDot(string name) => name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;

    /// <summary>The name without <c>.</c>, and with <c>..</c> resolved as text. A <c>..</c> that leads above the root stays.</summary>
    private static string Normalise(string name)
    {
        List<string> components = [];
        foreach (var component in name.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (component == ".." && components.Count > 0 && components[^1] != "..")
                components.RemoveAt(components.Count - 1);
            else if (component != ".")
                components.Add(component);
        }
        return string.Join('/', components);
    }
}
