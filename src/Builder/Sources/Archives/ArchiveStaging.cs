using Bistro.Builder.Content;
using Bistro.Model.Content;

namespace Bistro.Builder.Sources.Archives;

/// <summary>Reads all members of an archive file and stores their contents in the batch.</summary>
internal delegate Task<List<ArchiveMember>> ArchiveReader(SourceStaging staging, string path, IContentBatch batch, CancellationToken cancellationToken);

/// <summary>Stores the tree of an archive file of any format.</summary>
internal static class ArchiveStaging
{
    /// <summary>Stores the content of one of its folders.</summary>
    /// <param name="staging">The store and the directories.</param>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads the format.</param>
    /// <param name="baseDirectory">A pattern: the first folder that matches is stored. Empty for everything.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="Errors.SourceException">The file is not such an archive, is broken, or leads out of the tree.</exception>
    public static Task<Digest> StageAsync(
        SourceStaging staging, string path, ArchiveReader read, string baseDirectory, CancellationToken cancellationToken) =>
        StageAsync(staging, path, read, members => TarExtraction.Extract(members, baseDirectory), cancellationToken);

    /// <summary>Stores its members without the first folder of their names. Members outside of any folder are left out.</summary>
    /// <exception cref="Errors.SourceException">The file is not such an archive, is broken, or leads out of the tree.</exception>
    public static Task<Digest> StageWithoutTopAsync(
        SourceStaging staging, string path, ArchiveReader read, CancellationToken cancellationToken) =>
        StageAsync(staging, path, read, members => TarExtraction.Extract([.. members.Select(WithoutTop).OfType<ArchiveMember>()], ""), cancellationToken);

    private static async Task<Digest> StageAsync(
        SourceStaging staging,
        string path,
        ArchiveReader read,
        Func<List<ArchiveMember>, ArchiveFolder> layOut,
        CancellationToken cancellationToken)
    {
        await using var batch = staging.Content.BeginBatch();
        var root = layOut(await read(staging, path, batch, cancellationToken));
        await batch.CommitAsync(cancellationToken);
        return await root.StoreAsync(staging.Trees, cancellationToken);
    }

    private static ArchiveMember? WithoutTop(ArchiveMember member) => BelowTop(member.Name) is not { } name
        ? null
        : member with
        {
            Name = name,
            Target = member.Kind == ArchiveMemberKind.HardLink ? BelowTop(member.Target) ?? member.Target : member.Target,
        };

    private static string? BelowTop(string name)
    {
        if (name.StartsWith("./", StringComparison.Ordinal))
            name = name[2..];
        var slash = name.IndexOf('/');
        return slash < 0 || slash == name.Length - 1 ? null : name[(slash + 1)..];
    }
}
