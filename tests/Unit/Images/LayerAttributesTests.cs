using System.Formats.Tar;
using Bistro.Builder.Content;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Sources.Archives;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Unit.Trees;

namespace Bistro.Unit.Images;

public sealed class LayerAttributesTests : IDisposable
{
    private static readonly Dictionary<string, string> NoRecords = [];

    private readonly TreeFixture _fixture = new();

    private TreeStore Trees => _fixture.Trees;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Attributes_that_a_layer_was_written_with_are_read_from_it()
    {
        var draft = Trees.BeginDraft();
        var content = await Trees.Content.PutAsync("1"u8.ToArray(), TreeFixture.Token);
        var tree = await draft.CommitAsync(draft.Add(TreeDirectory.Create(
        [
            new FileNode("sudo", content, IsExecutable: true, Attributes(0x9ED)), // 04755
            new FileNode("ping", content, IsExecutable: true, Attributes(null, xattrs: (EntryAttributes.Capability, [1, 0, 0, 2, 0xFF, 0x20, 0, 0]))),
            new FileNode("key", content, IsExecutable: false, Attributes(0x180, owner: 65532, group: 4294967294, xattrs: ("user.ä", "ö"u8.ToArray()))), // 0600
            new LinkNode("link", "key", Attributes(null, owner: 7)),
            new DirectoryNode("tmp", draft.Add(TreeDirectory.Create([], Attributes(0x3FF)))), // 01777
        ])).Hash, TreeFixture.Token);

        Assert.Equal(tree, await Trees.ApplyLayersAsync([await WriteAsync(Trees.Complete(tree))], TreeFixture.Token));
    }

    [Fact]
    public async Task The_modes_and_the_owner_that_every_entry_has_are_no_attributes()
    {
        var tree = await ApplyAsync(Entry("a", "644"), Entry("b", "755"), Entry("d/", "755"), Entry("d/l", "777", TarEntryType.SymbolicLink));

        Assert.Equal(await _fixture.Tree("/a = ", "/b* = ", "/d/l -> a"), tree);
    }

    [Fact]
    public async Task A_directory_takes_the_attributes_of_its_last_entry()
    {
        Assert.Equal("1777", Mode(await ApplyAsync(Entry("tmp/x", "644"), Entry("tmp/", "755"), Entry("./tmp/", "1777")), "/tmp"));
        Assert.Equal("", Mode(await ApplyAsync(Entry("tmp/", "1777"), Entry("tmp/", "755")), "/tmp"));
    }

    [Fact]
    public async Task What_an_upper_layer_replaces_loses_its_attributes()
    {
        var below = await WriteTarAsync(Entry("f", "4755"), Entry("d/", "1777"), Entry("kept/", "700"));
        var above = await WriteTarAsync(Entry("f", "755"), Entry(".wh.d", "644"), Entry("d/x", "644"), Entry("kept/x", "644"));

        var tree = await Trees.ApplyLayersAsync([below, above], TreeFixture.Token);

        Assert.Equal(("", "", "700"), (Mode(tree, "/f"), Mode(tree, "/d"), Mode(tree, "/kept")));
    }

    [Fact]
    public async Task A_hard_link_has_the_attributes_of_its_file()
    {
        var link = Entry("also", "4755", TarEntryType.HardLink);
        link.LinkName = "sudo";

        Assert.Equal("4755", Mode(await ApplyAsync(Entry("sudo", "4755"), link), "/also"));
    }

    [Fact]
    public async Task The_data_of_overlay_filesystems_is_left_out()
    {
        var records = new Dictionary<string, string> { ["SCHILY.xattr.trusted.overlay.opaque"] = "y", ["SCHILY.xattr.user.overlay.opaque"] = "y", ["SCHILY.xattr.user.x"] = "1" };

        var attributes = EntryAttributes.Of(Trees.PropertiesOf(Trees.Find(await ApplyAsync(Entry("d/", "755", records: records)), "/d")));

        Assert.Equal("user.x", Assert.Single(attributes.Xattrs).Key);
    }

    [Theory]
    [InlineData("", "1")]
    [InlineData("user.NAME", "1")]
    [InlineData("user.x", "VALUE")]
    public async Task Attributes_that_no_file_system_holds_are_refused(string name, string value)
    {
        var records = new Dictionary<string, string>
        {
            ["SCHILY.xattr." + name.Replace("NAME", new string('n', 300), StringComparison.Ordinal)] = value.Replace("VALUE", new string('v', 70_000), StringComparison.Ordinal),
        };

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => ApplyAsync(Entry("f", "644", records: records)));

        Assert.Contains("An extended attribute of 'f'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4294967295")]
    [InlineData("-1")]
    [InlineData("root")]
    public async Task Owners_that_no_file_system_holds_are_refused(string owner)
    {
        // A longer value than the one that .NET writes itself, put in its place.
        var layer = await WriteTarAsync(Entry("f", "644", records: new() { ["uiX"] = owner }));
        using var content = Trees.Content.OpenRequired(layer);
        var bytes = new byte[content.Length];
        content.Read(bytes, 0);
        bytes[bytes.AsSpan().IndexOf("uiX"u8) + 2] = (byte)'d';
        layer = (await Trees.Content.PutAsync(bytes, TreeFixture.Token)).Hash;

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => Trees.ApplyLayersAsync([layer], TreeFixture.Token));

        Assert.Contains("The owner of 'f'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sources_have_no_attributes()
    {
        using var content = Trees.Content.OpenRequired(await WriteTarAsync(Entry("f", "4755", records: new() { ["SCHILY.xattr.user.x"] = "1" })));
        await using var batch = Trees.Content.BeginBatch();

        var members = await TarMembers.ReadAsync(content.AsStream(), batch, mayBeEmpty: false, TreeFixture.Token);

        Assert.True(Assert.Single(members).Attributes.IsEmpty);
    }

    [Fact]
    public async Task Entries_that_are_written_alike_are_no_difference()
    {
        var draft = Trees.BeginDraft();
        var content = await Trees.Content.PutAsync("1"u8.ToArray(), TreeFixture.Token);
        var declared = await CommitAsync(new FileNode("f", content, IsExecutable: false, Attributes(EntryAttributes.ExecutableMode, owner: 0)));
        var read = await CommitAsync(new FileNode("f", content, IsExecutable: true));

        Assert.Empty(Trees.Difference(read, declared));
        Assert.Single(Trees.Difference(read, await CommitAsync(new FileNode("f", content, IsExecutable: true, Attributes(0x1C0)))));

        async Task<Digest> CommitAsync(TreeNode node) => await draft.CommitAsync(draft.Add(TreeDirectory.Create([node])).Hash, TreeFixture.Token);
    }

    private static NodeProperties? Attributes(int? mode, uint? owner = null, uint? group = null, params (string Name, byte[] Value)[] xattrs) => new EntryAttributes
    {
        Mode = mode,
        Owner = owner,
        Group = group,
        Xattrs = EntryAttributes.None.Xattrs.AddRange(xattrs.Select(xattr => KeyValuePair.Create(xattr.Name, Convert.ToBase64String(xattr.Value)))),
    }.ToProperties();

    private static PaxTarEntry Entry(string path, string mode, TarEntryType? type = null, Dictionary<string, string>? records = null)
    {
        var kind = type ?? (path.EndsWith('/') ? TarEntryType.Directory : TarEntryType.RegularFile);
        var entry = new PaxTarEntry(kind, path, records ?? NoRecords) { Mode = (UnixFileMode)Convert.ToInt32(mode, 8) };
        if (kind == TarEntryType.SymbolicLink)
            entry.LinkName = "a";
        return entry;
    }

    private string Mode(Digest tree, string path) =>
        EntryAttributes.Of(Trees.PropertiesOf(Trees.Find(tree, path))).Mode is { } mode ? Convert.ToString(mode, 8) : "";

    private async Task<Digest> ApplyAsync(params TarEntry[] entries) =>
        await Trees.ApplyLayersAsync([await WriteTarAsync(entries)], TreeFixture.Token);

    private async Task<Digest> WriteTarAsync(params TarEntry[] entries)
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, leaveOpen: true))
        {
            foreach (var entry in entries)
                tar.WriteEntry(entry);
        }
        return (await Trees.Content.PutAsync(archive.ToArray(), TreeFixture.Token)).Hash;
    }

    private async Task<Digest> WriteAsync(IReadOnlyList<LayerEntry> entries)
    {
        await using var batch = Trees.Content.BeginBatch();
        var layer = await new LayerWriter(Trees).WriteAsync(entries, LayerCompression.Gzip, batch, TreeFixture.Token);
        await batch.CommitAsync(TreeFixture.Token);
        return layer.Blob.Digest;
    }
}
