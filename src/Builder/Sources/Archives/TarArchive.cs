using Bistro.Builder.Content;

namespace Bistro.Builder.Sources.Archives;

/// <summary>Tar files, compressed or not.</summary>
internal static class TarArchive
{
    /// <exception cref="Errors.SourceException">It is no tar file, or it is broken.</exception>
    public static async Task<List<ArchiveMember>> ReadAsync(
        SourceStaging staging, string path, IContentBatch batch, CancellationToken cancellationToken)
    {
        List<ArchiveMember> members = [];
        await Compression.ReadAsync(
            path, staging.Tools, async (tar, stop) => members = await TarMembers.ReadAsync(tar, batch, stop), cancellationToken);
        return members;
    }
}
