using System.Formats.Tar;
using System.IO.Compression;
using Bistro.Builder.Content;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Unit.Trees;
using CsCheck;

namespace Bistro.Unit.Images;

public sealed class LayerTests : IDisposable
{
    private readonly TreeFixture _fixture = new();

    private TreeStore Trees => _fixture.Trees;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_first_layer_holds_the_whole_tree_sorted_by_path()
    {
        var tree = await _fixture.Tree("/lib/x = 1", "/lib-y/z* = 2", "/lib.z -> lib", "/empty/", "/a = 3");

        Assert.Equal(["a", "empty/", "lib/", "lib-y/", "lib-y/z", "lib.z", "lib/x"], await NamesAsync(Trees.Complete(tree)));
    }

    [Fact]
    public async Task Modes_say_what_an_entry_is()
    {
        var tree = await _fixture.Tree("/d/plain = 1", "/d/tool* = 2", "/d/link -> tool");

        var modes = (await EntriesAsync(Trees.Complete(tree))).ToDictionary(entry => entry.Name, entry => Convert.ToString((int)entry.Mode, 8));

        Assert.Equal(("755", "644", "755", "777"), (modes["d/"], modes["d/plain"], modes["d/tool"], modes["d/link"]));
    }

    [Fact]
    public async Task A_mode_of_the_tree_is_kept()
    {
        var file = Assert.IsType<FileNode>(Trees.Find(await _fixture.Tree("/su* = 1"), "/su"));
        var draft = Trees.BeginDraft();
        var tree = draft.Add(TreeDirectory.Create([file with { Properties = new NodeProperties([], Mode: 0x9ED /* 04755 */) }]));
        await draft.CommitAsync(tree.Hash, TreeFixture.Token);

        Assert.Equal("4755", Convert.ToString((int)Assert.Single(await EntriesAsync(Trees.Complete(tree.Hash))).Mode, 8));
    }

    [Fact]
    public async Task A_difference_holds_what_changed_and_the_way_there()
    {
        var before = await _fixture.Tree("/usr/bin/a = 1", "/usr/bin/b = 1", "/usr/share/doc/x = 1", "/etc/motd = 1", "/opt/tool/bin = 1");
        var after = await _fixture.Tree("/usr/bin/a = 1", "/usr/bin/b = 2", "/usr/share/doc/x = 1", "/etc/new = 1");

        Assert.Equal(
            [".wh.opt", "etc/", "etc/.wh.motd", "etc/new", "usr/", "usr/bin/", "usr/bin/b"],
            (await NamesAsync(Trees.Difference(before, after))).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/x = 1", "/x/y = 1")]
    [InlineData("/x/y = 1", "/x = 1")]
    [InlineData("/x -> y", "/x/y = 1")]
    [InlineData("/x/y/z = 1", "/x -> y")]
    [InlineData("/x = 1", "/x* = 1")]
    [InlineData("/x/", "/y = 1")]
    public async Task A_change_of_what_something_is_survives_the_layers(string before, string after)
    {
        var (old, current) = (await _fixture.Tree(before, "/same = 1"), await _fixture.Tree(after, "/same = 1"));

        Assert.Equal(_fixture.Text(current), _fixture.Text(await ThroughLayersAsync([old, current], LayerCompression.Gzip)));
    }

    [Fact]
    public async Task Equal_trees_give_an_empty_difference()
    {
        var tree = await _fixture.Tree("/a/b = 1");

        Assert.Empty(Trees.Difference(tree, tree));
    }

    [Theory]
    [InlineData(LayerCompression.None, MediaTypes.Layer)]
    [InlineData(LayerCompression.Gzip, MediaTypes.LayerGzip)]
    [InlineData(LayerCompression.Zstd, MediaTypes.LayerZstd)]
    public async Task A_layer_is_an_object_of_the_store_and_is_read_back_as_its_tree(LayerCompression compression, string mediaType)
    {
        var tree = await _fixture.Tree("/usr/bin/tool* = x", "/usr/share/ä/ü = y", "/bin -> usr/bin", $"/{new string('n', 200)} = z", "/empty/");

        var layer = await WriteAsync(Trees.Complete(tree), compression);

        Assert.Equal(mediaType, layer.Blob.MediaType);
        Assert.Equal(layer.Blob.Size, Trees.Content.Find(layer.Blob.Digest));
        Assert.Equal(tree, await Trees.ApplyLayersAsync([layer.Blob.Digest], TreeFixture.Token));
    }

    [Fact]
    public async Task The_diff_id_is_the_digest_of_the_archive()
    {
        var layer = await WriteAsync(Trees.Complete(await _fixture.Tree("/a = 1")), LayerCompression.Gzip);

        using var reader = Trees.Content.OpenRequired(layer.Blob.Digest);
        using var archive = new MemoryStream();
        using (var gzip = new GZipStream(reader.AsStream(), CompressionMode.Decompress))
            gzip.CopyTo(archive);
        Assert.Equal(layer.DiffId, Digest.Of(archive.ToArray()));
    }

    [Fact]
    public async Task Layers_are_the_same_in_every_store()
    {
        using var other = new TreeFixture();
        string[] entries = ["/a/b = 1", "/c* = 2", "/d -> a"];

        var layer = await WriteAsync(Trees.Complete(await _fixture.Tree(entries)), LayerCompression.Gzip);
        await using var batch = other.Trees.Content.BeginBatch();
        var again = await new LayerWriter(other.Trees).WriteAsync(
            other.Trees.Complete(await other.Tree(entries)), LayerCompression.Gzip, batch, TreeFixture.Token);

        Assert.Equal(layer, again);
    }

    [Fact]
    public async Task A_name_that_looks_like_a_whiteout_is_refused()
    {
        var tree = await _fixture.Tree("/etc/.wh.motd = 1");

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => WriteAsync(Trees.Complete(tree), LayerCompression.Gzip));
        Assert.Contains("etc/.wh.motd", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_opaque_whiteout_hides_only_what_was_below()
    {
        var below = await WriteAsync(Trees.Complete(await _fixture.Tree("/etc/old = 1")), LayerCompression.None);
        var above = await WriteTarAsync(tar =>
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "etc/new"));
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "etc/.wh..wh..opq"));
            tar.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "./etc/hard") { LinkName = "etc/new" });
        });

        Assert.Equal(["/etc/hard = ", "/etc/new = "], _fixture.Text(await Trees.ApplyLayersAsync([below.Blob.Digest, above], TreeFixture.Token)));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    public async Task A_layer_that_leads_out_is_refused(string path)
    {
        var layer = await WriteTarAsync(tar => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path)));

        await Assert.ThrowsAsync<InvalidDataException>(() => Trees.ApplyLayersAsync([layer], TreeFixture.Token));
    }

    [Theory]
    [InlineData(LayerCompression.None)]
    [InlineData(LayerCompression.Gzip)]
    [InlineData(LayerCompression.Zstd)]
    public async Task A_layer_may_end_without_the_blocks_that_end_an_archive(LayerCompression compression)
    {
        // As build-oci of freedesktop-sdk leaves its layers: copied before the archive is closed.
        var layer = await PutAsync(CutTar("etc/x", "etc/y"), compression, isFinished: true);

        Assert.Equal(["/etc/x = text", "/etc/y = text"], _fixture.Text(await Trees.ApplyLayersAsync([layer], TreeFixture.Token)));
    }

    [Fact]
    public async Task A_layer_may_be_flushed_gzip_without_its_trailer()
    {
        var layer = await PutAsync(CutTar("etc/x", "etc/y"), LayerCompression.Gzip, isFinished: false);

        Assert.Equal(["/etc/x = text", "/etc/y = text"], _fixture.Text(await Trees.ApplyLayersAsync([layer], TreeFixture.Token)));
    }

    [Theory]
    [InlineData(LayerCompression.None)]
    [InlineData(LayerCompression.Gzip)]
    [InlineData(LayerCompression.Zstd)]
    public async Task A_layer_without_members_holds_nothing(LayerCompression compression)
    {
        var layer = await PutAsync([], compression, isFinished: true);

        Assert.Empty(_fixture.Text(await Trees.ApplyLayersAsync([layer], TreeFixture.Token)));
    }

    [Theory]
    [InlineData(700)]
    [InlineData(1800)]
    public async Task A_layer_that_ends_inside_a_member_is_refused(int length)
    {
        foreach (var isFinished in (bool[])[true, false])
        {
            var layer = await PutAsync(CutTar("etc/x", "etc/y")[..length], LayerCompression.Gzip, isFinished);

            await Assert.ThrowsAsync<InvalidDataException>(() => Trees.ApplyLayersAsync([layer], TreeFixture.Token));
        }
    }

    [Fact]
    public async Task A_layer_with_a_name_that_cannot_be_stored_is_refused()
    {
        foreach (var name in (string[])[string.Concat(Enumerable.Repeat("a/", 12_000)) + "x", new string('x', 256), "NUL"])
        {
            var layer = await WriteTarAsync(tar => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name == "NUL" ? new string('x', 150) + "Zb" : name)));
            if (name == "NUL")
            {
                using var content = Trees.Content.OpenRequired(layer);
                var bytes = new byte[content.Length];
                content.Read(bytes, 0);
                bytes[Array.IndexOf(bytes, (byte)'Z')] = 0;
                layer = (await Trees.Content.PutAsync(bytes, TreeFixture.Token)).Hash;
            }

            await Assert.ThrowsAsync<InvalidDataException>(() => Trees.ApplyLayersAsync([layer], TreeFixture.Token));
        }
    }

    [Fact]
    public async Task A_layer_that_is_no_archive_is_refused()
    {
        var layer = await Trees.Content.PutAsync(new byte[] { 0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, TreeFixture.Token);

        await Assert.ThrowsAsync<InvalidDataException>(() => Trees.ApplyLayersAsync([layer.Hash], TreeFixture.Token));
    }

    [Fact]
    public async Task A_difference_applied_to_what_it_was_taken_from_gives_the_other_tree()
    {
        SizedDigest[] contents = [await ContentAsync("0"), await ContentAsync("1"), await ContentAsync("2")];
        await RandomTree.Array[2, 3].SampleAsync(
            async versions =>
            {
                var trees = new List<Digest>();
                foreach (var version in versions)
                    trees.Add(await StoreAsync(version, contents));
                Assert.Equal(_fixture.Text(trees[^1]), _fixture.Text(await ThroughLayersAsync([.. trees], LayerCompression.None)));
            },
            iter: 30);
    }

    // Few names, so that trees share paths and disagree about what is there.
    private static readonly Gen<RandomEntry[]> RandomTree = Gen.Select(
        Gen.Int[0, 3].Select(name => new[] { "a", "b", "a-", "a.b" }[name]).Array[1, 4], Gen.Int[0, 3], Gen.Int[0, 2],
        (path, kind, content) => new RandomEntry(path, kind, content)).Array[0, 40];

    private sealed record RandomEntry(string[] Path, int Kind, int Content);

    private async Task<Digest> StoreAsync(RandomEntry[] entries, SizedDigest[] contents)
    {
        var root = new LayeredFolder();
        foreach (var (path, kind, content) in entries)
        {
            var folder = root.Enter(path.AsSpan()[..^1]);
            if (kind == 0)
                folder.Enter([path[^1]]);
            else
                folder.Put(kind == 1 ? new LinkNode(path[^1], $"{content}") : new FileNode(path[^1], contents[content], IsExecutable: kind == 2));
        }

        var draft = Trees.BeginDraft();
        return await draft.CommitAsync(root.AddTo(draft).Hash, TreeFixture.Token);
    }

    private ValueTask<SizedDigest> ContentAsync(string text) =>
        Trees.Content.PutAsync(System.Text.Encoding.UTF8.GetBytes(text), TreeFixture.Token);

    private async Task<Digest> ThroughLayersAsync(Digest[] versions, LayerCompression compression)
    {
        var layers = new List<Digest>();
        var before = TreeStore.Empty.Hash;
        await using (var batch = Trees.Content.BeginBatch())
        {
            foreach (var version in versions)
            {
                var layer = await new LayerWriter(Trees).WriteAsync(Trees.Difference(before, version), compression, batch, TreeFixture.Token);
                layers.Add(layer.Blob.Digest);
                before = version;
            }

            await batch.CommitAsync(TreeFixture.Token);
        }

        return await Trees.ApplyLayersAsync(layers, TreeFixture.Token);
    }

    private async Task<Layer> WriteAsync(IReadOnlyList<LayerEntry> entries, LayerCompression compression)
    {
        await using var batch = Trees.Content.BeginBatch();
        var layer = await new LayerWriter(Trees).WriteAsync(entries, compression, batch, TreeFixture.Token);
        await batch.CommitAsync(TreeFixture.Token);
        return layer;
    }

    /// <summary>An archive without the empty blocks at its end.</summary>
    private static byte[] CutTar(params string[] names)
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var name in names)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("text"u8.ToArray()) });
        }

        return archive.ToArray()[..(names.Length * 1024)];
    }

    private async Task<Digest> PutAsync(byte[] tar, LayerCompression compression, bool isFinished)
    {
        var layer = new MemoryStream();
        Stream packer = compression switch
        {
            LayerCompression.Gzip => new GZipStream(layer, CompressionLevel.Fastest, leaveOpen: true),
            LayerCompression.Zstd => new ZstdSharp.CompressionStream(layer, leaveOpen: true),
            _ => new BufferedStream(layer),
        };
        packer.Write(tar);
        packer.Flush();
        if (isFinished && compression != LayerCompression.None)
            packer.Dispose();
        return (await Trees.Content.PutAsync(layer.ToArray(), TreeFixture.Token)).Hash;
    }

    private async Task<Digest> WriteTarAsync(Action<TarWriter> write)
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, leaveOpen: true))
            write(tar);
        return (await Trees.Content.PutAsync(archive.ToArray(), TreeFixture.Token)).Hash;
    }

    private async Task<List<TarEntry>> EntriesAsync(IReadOnlyList<LayerEntry> entries)
    {
        var archive = new MemoryStream();
        await Trees.WriteArchiveAsync(entries, archive, TreeFixture.Token);
        archive.Position = 0;
        using var tar = new TarReader(archive);
        var read = new List<TarEntry>();
        while (tar.GetNextEntry(copyData: true) is { } entry)
            read.Add(entry);
        return read;
    }

    private async Task<IEnumerable<string>> NamesAsync(IReadOnlyList<LayerEntry> entries) =>
        (await EntriesAsync(entries)).Select(entry => entry.Name);
}
