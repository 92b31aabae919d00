using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Bistro.Builder.Errors;
using Bistro.Model.Content;
using ICSharpCode.SharpZipLib.BZip2;

namespace Bistro.Unit.Sources;

/// <summary>The <c>tar</c> source; each verdict on a strange archive is what BuildStream 2.8 says of the same one.</summary>
public sealed class TarSourceTests : IDisposable
{
    private readonly SourceFixture _sources = new();

    [Fact]
    public async Task The_first_folder_of_the_archive_is_taken()
    {
        Assert.Equal(["/a = 1", "/sub/b* = 2"], await Stage([Folder("pkg-1/"), File("pkg-1/a", "1"), File("pkg-1/sub/b", "2", isExecutable: true), File("other", "3")]));
    }

    [Fact]
    public async Task An_empty_base_dir_takes_everything()
    {
        Assert.Equal(["/pkg-1/a = 1", "/top = 2"], await Stage([File("pkg-1/a", "1"), File("./top", "2")], "base-dir: ''"));
    }

    [Fact]
    public async Task A_base_dir_is_a_pattern_whose_first_match_counts()
    {
        Assert.Equal(["/x = 2"], await Stage([File("a/z-1/x", "1"), File("a/y-1/x", "2")], "base-dir: 'a/*-1'"));
    }

    [Fact]
    public async Task A_base_dir_that_is_not_there_is_named()
    {
        Assert.Contains("'nowhere'", (await Assert.ThrowsAsync<SourceException>(() => Stage([File("a/x", "1")], "base-dir: nowhere"))).Message);
    }

    [Fact]
    public async Task Links_are_kept_as_they_are_written_wherever_they_lead()
    {
        Assert.Equal(
            ["/abs -> /etc/passwd", "/out -> ../../..", "/x = 1"],
            await Stage([File("p/x", "1"), Link("p/abs", "/etc/passwd"), Link("p/out", "../../..")]));
    }

    [Fact]
    public async Task Devices_and_pipes_are_left_out()
    {
        Assert.Equal(["/x = 1"], await Stage([File("p/x", "1"), new UstarTarEntry(TarEntryType.Fifo, "p/pipe"), new UstarTarEntry(TarEntryType.CharacterDevice, "p/null")]));
    }

    [Fact]
    public async Task Absolute_names_lose_their_slash()
    {
        Assert.Equal(["/etc/x = 1"], await Stage([File("/etc/x", "1")], "base-dir: ''"));
    }

    [Fact]
    public async Task A_hard_link_is_the_file_that_it_names_under_the_base_dir()
    {
        Assert.Equal(["/a* = 1", "/b* = 1"], await Stage([File("p/a", "1", isExecutable: true), Hard("p/b", "p/a", isExecutable: true)]));
    }

    [Fact]
    public async Task A_hard_link_to_what_is_outside_of_the_base_dir_is_a_copy()
    {
        Assert.Equal(["/b = 1"], await Stage([File("z/a", "1"), Hard("p/b", "z/a")], "base-dir: p"));
    }

    [Fact]
    public async Task The_last_of_two_members_with_one_name_stays()
    {
        Assert.Equal(["/a = 2"], await Stage([File("p/a", "1"), File("p/a", "2")]));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    public async Task A_name_that_leads_out_is_refused(string name) => await Refused("out of the tree", File(name, "1"));

    [Fact]
    public async Task A_file_behind_a_link_that_leads_out_is_refused() =>
        await Refused("out of the tree", Link("evil", "/tmp"), File("evil/x", "1"));

    [Fact]
    public async Task A_file_behind_a_chain_of_links_that_leads_out_is_refused() =>
        await Refused("out of the tree", Folder("a"), Link("a/up", ".."), Link("b", "a/up/.."), File("b/x", "1"));

    [Fact]
    public async Task A_file_over_a_link_that_leads_out_is_refused() =>
        await Refused("out of the tree", Link("x", "../../../etc/passwd"), File("x", "1"));

    [Fact]
    public async Task A_hard_link_out_of_the_tree_is_refused() => await Refused("out of the tree", Hard("x", "../../etc/passwd"));

    [Fact]
    public async Task A_hard_link_to_an_absolute_name_is_refused() => await Refused("absolute target", Hard("x", "/etc/passwd"));

    [Fact]
    public async Task Links_in_a_circle_are_refused() =>
        await Refused("too many links", Link("a", "b"), Link("b", "a"), File("a/x", "1"));

    [Fact]
    public async Task A_link_inside_the_tree_may_be_followed()
    {
        Assert.Equal(["/lib -> usr/lib", "/usr/lib/x = 1"], await Stage([Folder("usr/lib"), Link("lib", "usr/lib"), File("lib/x", "1")], "base-dir: ''"));
    }

    [Fact]
    public async Task A_file_where_a_folder_is_is_refused() => await Refused("folder", Folder("a"), File("a", "1"));

    [Fact]
    public async Task A_folder_where_a_link_to_nothing_is_is_refused() => await Refused("as a link and as a folder", Link("a", "nowhere"), Folder("a"));

    [Fact]
    public async Task A_folder_stays_where_a_link_comes()
    {
        Assert.Equal(["/a/"], await Stage([Folder("a"), Link("a", "b")], "base-dir: ''"));
    }

    [Fact]
    public async Task An_archive_with_a_dot_folder_is_not_descended_into()
    {
        Assert.Equal(["/p/x = 1"], await Stage([Folder("./"), File("./p/x", "1")]));
    }

    [Fact]
    public async Task A_hard_link_to_nothing_is_refused() => await Refused("not a file of the archive", Hard("a", "b"));

    [Fact]
    public async Task What_is_no_archive_is_refused()
    {
        var path = Path.Combine(_sources.NewDirectory(), "x.tar");
        System.IO.File.WriteAllText(path, new string('x', 2000));
        Assert.Contains("broken", (await Assert.ThrowsAsync<SourceException>(() => StageFile(path, ""))).Message);
    }

    [Fact]
    public async Task A_truncated_archive_is_refused()
    {
        var path = Write([File("p/x", new string('1', 5000))], tar => tar.AsSpan(0, 3000).ToArray());
        Assert.Contains("broken", (await Assert.ThrowsAsync<SourceException>(() => StageFile(path, ""))).Message);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("bzip2")]
    [InlineData("zstd")]
    public async Task Compression_is_known_by_content(string compression)
    {
        var path = Write([File("p/x", "1")], tar => Compress(tar, compression));
        Assert.Equal(["/x = 1"], _sources.Trees.Text(await StageFile(path, "")));
    }

    [Fact]
    public async Task Xz_is_read_by_the_tool()
    {
        Assert.SkipUnless(System.IO.File.Exists("/usr/bin/xz"), "xz is not installed");
        // p/x with "1" and a line end, as `tar -cJ` writes it.
        var path = Path.Combine(_sources.NewDirectory(), "x");
        System.IO.File.WriteAllBytes(path, Convert.FromBase64String(XzArchive));
        Assert.Equal(["/x = 1\n"], _sources.Trees.Text(await StageFile(path, "")));
    }

    [Fact]
    public async Task A_file_with_another_sha256_is_refused()
    {
        var path = Write([File("p/x", "1")], tar => tar);
        var failure = await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync($"{{kind: tar, url: 'file://{path}', ref: {new string('0', 64)}}}"));
        Assert.Contains(new string('0', 64), failure.Message);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        var failure = await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync($"{{kind: tar, url: 'file:///nowhere/x.tar', ref: {new string('0', 64)}}}"));
        Assert.Contains("file:///nowhere/x.tar", failure.Message);
    }

    [Fact]
    public async Task Tracking_gives_the_sha256_of_the_current_file()
    {
        var path = Write([File("p/x", "1")], tar => tar);
        var tracked = await _sources.TrackAsync($"{{kind: tar, url: 'file://{path}'}}");
        Assert.Equal(Digest.Of(System.IO.File.ReadAllBytes(path)).Hex, tracked!.Text("ref"));
    }

    public void Dispose() => _sources.Dispose();

    private async Task Refused(string message, params TarEntry[] entries) =>
        Assert.Contains(message, (await Assert.ThrowsAsync<SourceException>(() => Stage(entries, "base-dir: ''"))).Message);

    private async Task<string[]> Stage(TarEntry[] entries, string members = "") =>
        _sources.Trees.Text(await StageFile(Write(entries, tar => tar), members));

    private Task<Digest> StageFile(string path, string members) =>
        _sources.StageAsync($"kind: tar\nurl: 'file://{path}'\nref: {Digest.Of(System.IO.File.ReadAllBytes(path)).Hex}\n{members}");

    private string Write(TarEntry[] entries, Func<byte[], byte[]> change)
    {
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var entry in entries)
                writer.WriteEntry(entry);
        }
        var path = Path.Combine(_sources.NewDirectory(), "x.tar");
        System.IO.File.WriteAllBytes(path, change(archive.ToArray()));
        return path;
    }

    private static byte[] Compress(byte[] tar, string compression)
    {
        using var result = new MemoryStream();
        using (Stream packer = compression switch
        {
            "gzip" => new GZipStream(result, CompressionLevel.Fastest),
            "bzip2" => new BZip2OutputStream(result),
            _ => new ZstdSharp.CompressionStream(result),
        })
        {
            packer.Write(tar);
        }
        return result.ToArray();
    }

    private static UstarTarEntry File(string name, string text, bool isExecutable = false) => new(TarEntryType.RegularFile, name)
    {
        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
        Mode = isExecutable ? (UnixFileMode)0x1ED /* 0755 */ : (UnixFileMode)0x1A4 /* 0644 */,
    };

    private static UstarTarEntry Folder(string name) => new(TarEntryType.Directory, name);

    private static UstarTarEntry Link(string name, string target) => new(TarEntryType.SymbolicLink, name) { LinkName = target };

    private static UstarTarEntry Hard(string name, string target, bool isExecutable = false) => new(TarEntryType.HardLink, name)
    {
        LinkName = target,
        Mode = isExecutable ? (UnixFileMode)0x1ED /* 0755 */ : (UnixFileMode)0x1A4 /* 0644 */,
    };

    private const string XzArchive = "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4Cf/AF5dADgLywAOUCcI/OcFvm95VdZY1/mWxxs/NGYpSrrlkEGN8PkMi29PIFXIH0JoSA8DYqzIREVrTsqWQQcPx8kO8D2AT5WPMfLtrvb5J8m/fwh05VTyJwEJ7HubDV3CawAAAACP6HLbCSLoUQABeoBQAAAASkUHE7HEZ/sCAAAAAARZWg==";
}
