using Bistro.Model.Content;

namespace Bistro.Builder.Sources.Archives;

/// <summary>A tar file, compressed or not, as a tree.</summary>
internal static class TarArchive
{
    /// <summary>Stores what a folder of it holds.</summary>
    /// <param name="staging">What to work with.</param>
    /// <param name="path">The file.</param>
    /// <param name="baseDirectory">A pattern: the first folder that matches is taken; empty for everything.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Errors.SourceException">It is no tar file, it is broken, or it leads out of the tree.</exception>
    public static async Task<Digest> StageAsync(
        SourceStaging staging, string path, string baseDirectory, CancellationToken cancellationToken)
    {
        await using var batch = staging.Content.BeginBatch();
        List<ArchiveMember> members = [];
        await Compression.ReadAsync(
            path, staging.Tools, async (tar, stop) => members = await TarMembers.ReadAsync(tar, batch, stop), cancellationToken);
        var root = TarExtraction.Extract(members, baseDirectory);
        await batch.CommitAsync(cancellationToken);
        return await root.StoreAsync(staging.Trees, cancellationToken);
    }
}
