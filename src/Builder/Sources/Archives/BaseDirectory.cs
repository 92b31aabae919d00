using Bistro.Builder.Errors;
using Bistro.Builder.Trees;

namespace Bistro.Builder.Sources.Archives;

/// <summary>Finds the folder of an archive that a source's <c>base-dir</c> names.</summary>
internal static class BaseDirectory
{
    /// <summary>The first folder, by code points, that matches. Folders without a member of their own count too.</summary>
    /// <exception cref="SourceException">No folder matches.</exception>
    public static string Find(IReadOnlyList<ArchiveMember> members, string pattern)
    {
        var glob = new GlobPattern(pattern);
        return Folders(members).Where(glob.Matches).Min(StringComparer.Ordinal)
            ?? throw new SourceException($"No folder of the archive matches the base-dir '{pattern}'.");
    }

    private static HashSet<string> Folders(IReadOnlyList<ArchiveMember> members)
    {
        HashSet<string> folders = new(StringComparer.Ordinal);
        foreach (var member in members)
        {
            // As in BuildStream, leading dots and slashes are removed: "./a/b" and ".a/b" are both "a/b" here.
            var name = member.Name.TrimStart('.', '/');
            if (member.Kind == ArchiveMemberKind.Directory)
            {
                folders.Add(name);
                continue;
            }
            for (var slash = name.IndexOf('/'); slash >= 0; slash = name.IndexOf('/', slash + 1))
                folders.Add(name[..slash]);
        }
        return folders;
    }
}
