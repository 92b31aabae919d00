using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Folders;

namespace Bistro.Builder.Sources.Git;

/// <summary>An entry of a commit's tree.</summary>
/// <param name="Path">From the root, with slashes.</param>
/// <param name="Mode">As git prints it.</param>
/// <param name="Id">The object: a blob, or the commit of a submodule.</param>
internal sealed record GitEntry(string Path, string Mode, string Id)
{
    public bool IsSubmodule => Mode == "160000";

    public bool IsLink => Mode == "120000";

    public bool IsExecutable => Mode == "100755";
}

/// <summary>Stores a commit's files as a tree, read directly from git's objects without a checkout.</summary>
internal static class GitTree
{
    private const int LongestLink = 64 * 1024;

    public static async Task<ImmutableArray<GitEntry>> ListAsync(GitRepository repository, string commit, CancellationToken cancellationToken)
    {
        var listing = await repository.ReadAsync(["ls-tree", "-r", "-z", "--full-tree", commit], cancellationToken);
        return [.. listing.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    /// <summary>Stores the entries: file contents as git has them, submodules as empty folders.</summary>
    public static async Task<Digest> StoreAsync(
        GitRepository repository, TreeStore trees, ImmutableArray<GitEntry> entries, CancellationToken cancellationToken)
    {
        await using var batch = trees.Content.BeginBatch();
        var blobs = entries.Where(entry => !entry.IsSubmodule).DistinctBy(entry => (entry.Id, entry.IsLink)).ToArray();
        var request = new MemoryStream(Encoding.ASCII.GetBytes(string.Concat(blobs.Select(blob => blob.Id + "\n"))));
        var contents = new Dictionary<string, SizedDigest>(StringComparer.Ordinal);
        var links = new Dictionary<string, string>(StringComparer.Ordinal);
        await repository.RunAsync(
            ["cat-file", "--batch", "--buffer"],
            request,
            async (output, stop) =>
            {
                var objects = PipeReader.Create(output);
                foreach (var blob in blobs)
                {
                    var size = await ReadSizeAsync(objects, blob, stop);
                    if (blob.IsLink)
                        links[blob.Id] = await ReadLinkAsync(objects, blob, size, stop);
                    else
                        contents[blob.Id] = await ReadFileAsync(objects, size, batch, stop);
                    await SkipLineEndAsync(objects, stop);
                }
            },
            cancellationToken);
        await batch.CommitAsync(cancellationToken);
        return await StoreAsync(trees, entries, contents, links, cancellationToken);
    }

    private static async Task<Digest> StoreAsync(
        TreeStore trees,
        ImmutableArray<GitEntry> entries,
        Dictionary<string, SizedDigest> contents,
        Dictionary<string, string> links,
        CancellationToken cancellationToken)
    {
        var draft = trees.BeginDraft();
        var root = FolderFold.Run<GitFolder, SizedDigest>(new GitFolder(entries, 0), folder => folder.Subfolders, (folder, below) =>
        {
            var next = 0;
            return draft.Add(TreeDirectory.Create(folder.Names.Select(
                name => folder.IsSubfolder(name) ? new DirectoryNode(name.Key, below[next++]) : Node(name.Key, name.First()))));
        });
        return await draft.CommitAsync(root.Hash, cancellationToken);

        TreeNode Node(string name, GitEntry entry) =>
            entry.IsSubmodule ? new DirectoryNode(name, TreeStore.Empty)
            : entry.IsLink ? new LinkNode(name, links[entry.Id])
            : new FileNode(name, contents[entry.Id], entry.IsExecutable);
    }

    /// <summary>A folder of a commit.</summary>
    /// <param name="Entries">Everything below it.</param>
    /// <param name="Start">Where names in it begin in the entries' paths.</param>
    private sealed record GitFolder(IReadOnlyList<GitEntry> Entries, int Start)
    {
        public ILookup<string, GitEntry> Names { get; } = Entries.ToLookup(
            entry => entry.Path.IndexOf('/', Start) is >= 0 and var slash ? entry.Path[Start..slash] : entry.Path[Start..], StringComparer.Ordinal);

        public IReadOnlyList<GitFolder> Subfolders =>
            [.. Names.Where(IsSubfolder).Select(name => new GitFolder([.. name], Start + name.Key.Length + 1))];

        public bool IsSubfolder(IGrouping<string, GitEntry> name) => name.First().Path.Length > Start + name.Key.Length;
    }

    // MODE SP TYPE SP ID TAB PATH
    private static GitEntry Parse(string line)
    {
        var tab = line.IndexOf('\t', StringComparison.Ordinal);
        var words = line[..tab].Split(' ');
        var path = line[(tab + 1)..];
        if (TreePath.FindFault(path) is { } fault)
            throw new SourceException($"The commit cannot be stored. {fault}");
        foreach (var name in path.Split('/'))
            if (!NodeNames.IsValid(name) || name.Equals(".git", StringComparison.OrdinalIgnoreCase) || name.Contains('\uFFFD', StringComparison.Ordinal))
                throw new SourceException($"The commit has a path that cannot be stored: '{path}'.");
        return new GitEntry(path, words[0], words[2]);
    }

    // ID SP TYPE SP SIZE LF CONTENT LF
    private static async Task<long> ReadSizeAsync(PipeReader objects, GitEntry blob, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await objects.ReadAsync(cancellationToken);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var header = Encoding.ASCII.GetString(result.Buffer.Slice(0, end));
                objects.AdvanceTo(result.Buffer.GetPosition(1, end));
                return header.Split(' ') is [_, "blob", var size]
                    ? long.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture)
                    : throw new SourceException($"git does not have the content of '{blob.Path}': {header}.");
            }
            if (result.IsCompleted)
                throw new SourceException($"git ended before the content of '{blob.Path}'.");
            objects.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static async Task<SizedDigest> ReadFileAsync(PipeReader objects, long size, IContentBatch batch, CancellationToken cancellationToken)
    {
        await using var writer = batch.BeginObject();
        await ReadAsync(objects, size, piece => writer.WriteAsync(piece, cancellationToken), cancellationToken);
        return await writer.FinishAsync(cancellationToken);
    }

    private static async Task<string> ReadLinkAsync(PipeReader objects, GitEntry blob, long size, CancellationToken cancellationToken)
    {
        if (size > LongestLink)
            throw new SourceException($"The symbolic link '{blob.Path}' is too long.");
        var target = new ArrayBufferWriter<byte>();
        await ReadAsync(
            objects,
            size,
            piece =>
            {
                target.Write(piece.Span);
                return ValueTask.CompletedTask;
            },
            cancellationToken);
        return Encoding.UTF8.GetString(target.WrittenSpan);
    }

    private static async Task ReadAsync(
        PipeReader objects, long size, Func<ReadOnlyMemory<byte>, ValueTask> use, CancellationToken cancellationToken)
    {
        while (size > 0)
        {
            var result = await objects.ReadAsync(cancellationToken);
            var piece = result.Buffer.First;
            if (piece.IsEmpty)
                throw new SourceException("git ended in the middle of a file.");
            piece = piece[..(int)Math.Min(piece.Length, size)];
            await use(piece);
            size -= piece.Length;
            objects.AdvanceTo(result.Buffer.GetPosition(piece.Length));
        }
    }

    private static async Task SkipLineEndAsync(PipeReader objects, CancellationToken cancellationToken) =>
        await ReadAsync(objects, 1, _ => ValueTask.CompletedTask, cancellationToken);
}
