using Bistro.Builder.Content;

namespace Bistro.Builder.Sources.Archives;

/// <summary>Tar files, compressed or not.</summary>
internal static class TarArchive
{
    /// <exception cref="Errors.SourceException">The file is not a tar file, is broken, or has a name that cannot be stored.</exception>
    public static async Task<List<ArchiveMember>> ReadAsync(
        SourceStaging staging, string path, IContentBatch batch, CancellationToken cancellationToken)
    {
        List<ArchiveMember> members = [];
        await Compression.ReadAsync(
            path, staging.Tools, async (tar, stop) => members = await TarMembers.ReadAsync(tar, batch, mayBeEmpty: false, stop), cancellationToken);
        return members;
    }
}
