using System.IO.Enumeration;

namespace Bistro.Model.Folders;

/// <summary>
/// Lists directories that someone else may have filled. It never enters a symbolic link, so it stays inside the directory
/// and always ends, and it does not recurse, so the depth of the directory does not matter.
/// </summary>
public static class FolderWalk
{
    /// <summary>The paths of everything below a directory, each directory before its entries; names in no order. Links are listed, not entered.</summary>
    public static IEnumerable<string> Below(string directory) => List(directory, isRecursive: true);

    /// <summary>The paths of a directory's own entries, in no order.</summary>
    public static IEnumerable<string> Entries(string directory) => List(directory, isRecursive: false);

#pragma warning disable RS0030 // The one place that enumerates recursively: the predicate keeps it out of links.
    private static FileSystemEnumerable<string> List(string directory, bool isRecursive)
    {
        var options = new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = isRecursive };
        // ToFullPath gives an empty text for paths of more than 4,096 characters.
        return new FileSystemEnumerable<string>(directory, static (ref entry) => Path.Join(entry.Directory, entry.FileName), options)
        {
            ShouldRecursePredicate = static (ref entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };
    }
#pragma warning restore RS0030
}
