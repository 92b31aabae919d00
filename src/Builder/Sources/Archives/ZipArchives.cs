using System.IO.Compression;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;

namespace Bistro.Builder.Sources.Archives;

/// <summary>Zip files, as Python's <c>zipfile</c> lays them out: no file is executable and none is a link.</summary>
internal static class ZipArchives
{
    /// <exception cref="SourceException">It is no zip file, or it is broken.</exception>
    public static async Task<List<ArchiveMember>> ReadAsync(
        SourceStaging staging, string path, IContentBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            await using var zip = await ZipFile.OpenReadAsync(path, cancellationToken);
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
        if (entry.FullName.EndsWith('/'))
            return new ArchiveMember(ArchiveMemberKind.Directory, entry.FullName.TrimEnd('/'), "", default, IsExecutable: false);
        await using var content = await entry.OpenAsync(cancellationToken);
        return new ArchiveMember(
            ArchiveMemberKind.File, entry.FullName, "", await batch.AddAsync(content, cancellationToken), IsExecutable: false);
    }
}
