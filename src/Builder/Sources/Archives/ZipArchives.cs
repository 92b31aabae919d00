using System.IO.Compression;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Trees;

namespace Bistro.Builder.Sources.Archives;

/// <summary>Zip files, as Python's <c>zipfile</c> extracts them: no file is executable and none is a link.</summary>
internal static class ZipArchives
{
    private static readonly ZipNames Names = new();

    /// <exception cref="SourceException">The file is not a zip file, is broken, or has a name that cannot be stored.</exception>
    public static async Task<List<ArchiveMember>> ReadAsync(
        SourceStaging staging, string path, IContentBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            await using var zip = await ZipFile.OpenAsync(path, ZipArchiveMode.Read, Names, cancellationToken);
            var members = new List<ArchiveMember>(zip.Entries.Count);
            foreach (var entry in zip.Entries)
                members.Add(await ReadAsync(entry, batch, cancellationToken));
            return members;
        }
        catch (InvalidDataException failure)
        {
            throw new SourceException($"The archive is broken: {failure.Message}");
        }
    }

    private static async Task<ArchiveMember> ReadAsync(ZipArchiveEntry entry, IContentBatch batch, CancellationToken cancellationToken)
    {
        CheckName(entry.FullName);
        if (entry.FullName.EndsWith('/'))
            return new ArchiveMember(ArchiveMemberKind.Directory, entry.FullName.TrimEnd('/'), "", default, IsExecutable: false);
        await using var content = await entry.OpenAsync(cancellationToken);
        return new ArchiveMember(
            ArchiveMemberKind.File, entry.FullName, "", await batch.AddAsync(content, cancellationToken), IsExecutable: false);
    }

    private static void CheckName(string name)
    {
        if (TreePath.FindFault(name) is { } fault)
            throw new SourceException($"The archive cannot be stored. {fault}");
        if (name.Contains('\0', StringComparison.Ordinal))
            throw new SourceException($"The archive cannot be stored. A name has a NUL in it: '{name.Replace("\0", "\\x00", StringComparison.Ordinal)}'.");
        if (name.Contains('\uFFFD', StringComparison.Ordinal))
            throw new SourceException($"The archive cannot be stored. A name is not UTF-8: '{name}'.");
    }
}
