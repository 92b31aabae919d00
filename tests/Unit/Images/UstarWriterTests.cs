using System.Formats.Tar;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Trees;

namespace Bistro.Unit.Images;

public sealed class UstarWriterTests
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Entries_have_no_owner_and_a_fixed_time()
    {
        var archive = await ArchiveAsync(async tar =>
        {
            await tar.WriteDirectoryAsync("usr", Octal("755"), EntryAttributes.None, None);
            await tar.WriteSymlinkAsync("bin", "usr/bin", EntryAttributes.None, None);
            await WriteFileAsync(tar, "usr/a", "hello");
        });

        var entries = Read(archive);
        Assert.Equal(["usr/", "bin", "usr/a"], entries.Select(entry => entry.Name));
        Assert.All(entries, entry =>
        {
            Assert.IsType<UstarTarEntry>(entry);
            Assert.Equal((0, 0, "", ""), (entry.Uid, entry.Gid, ((UstarTarEntry)entry).UserName, ((UstarTarEntry)entry).GroupName));
            Assert.Equal(1321009871, entry.ModificationTime.ToUnixTimeSeconds());
        });
        Assert.Equal([TarEntryType.Directory, TarEntryType.SymbolicLink, TarEntryType.RegularFile], entries.Select(entry => entry.EntryType));
        Assert.Equal("usr/bin", entries[1].LinkName);
        Assert.Equal("hello", Content(entries[2]));
    }

    [Fact]
    public async Task An_archive_ends_with_two_empty_blocks_after_whole_blocks()
    {
        var archive = await ArchiveAsync(tar => WriteFileAsync(tar, "a", new string('x', 513)));

        Assert.Equal(512 + 1024 + 1024, archive.Length);
        Assert.All(archive[^1024..], value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(200)]
    [InlineData(250)]
    public async Task A_path_of_several_short_names_stays_plain_ustar(int length)
    {
        var path = Path(length, nameLength: 50);

        var entry = Assert.Single(Read(await ArchiveAsync(tar => WriteFileAsync(tar, path, "x"))));

        Assert.IsType<UstarTarEntry>(entry);
        Assert.Equal(path, entry.Name);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("ä")]
    public async Task Names_that_ustar_cannot_hold_go_into_a_pax_header(string character)
    {
        var path = "dir/" + string.Concat(Enumerable.Repeat(character, 101));
        var link = string.Concat(Enumerable.Repeat(character, 150));

        var entries = Read(await ArchiveAsync(async tar =>
        {
            await tar.WriteDirectoryAsync(path, Octal("755"), EntryAttributes.None, None);
            await tar.WriteSymlinkAsync("s", link, EntryAttributes.None, None);
        }));

        Assert.Equal(path + "/", entries[0].Name);
        Assert.Equal(link, entries[1].LinkName);
    }

    [Theory]
    [InlineData(150)]
    [InlineData(256)]
    [InlineData(300)]
    public async Task Directories_with_long_paths_are_read_back(int length)
    {
        var path = Path(length, nameLength: 60);

        var entry = Assert.Single(Read(await ArchiveAsync(tar => tar.WriteDirectoryAsync(path, Octal("755"), EntryAttributes.None, None).AsTask())));

        Assert.Equal(path + "/", entry.Name);
    }

    [Fact]
    public void A_pax_record_counts_its_own_digits()
    {
        // 88 bytes and two digits would make 90, 97 and two digits 99, 98 and three digits 101.
        foreach (var length in Enumerable.Range(80, 40))
        {
            var link = new string('é', length);
            var record = Encoding.UTF8.GetString(PaxRecords.For("a", link, 0, EntryAttributes.None).Span);
            Assert.Equal(Encoding.UTF8.GetByteCount(record), int.Parse(record[..record.IndexOf(' ')], null));
        }
    }

    [Fact]
    public void A_file_of_eight_gibibytes_has_its_size_in_a_pax_header() =>
        Assert.Equal("19 size=8589934592\n", Encoding.UTF8.GetString(PaxRecords.For("a", "", 1L << 33, EntryAttributes.None).Span));

    private static int Octal(string digits) => Convert.ToInt32(digits, 8);

    private static string Path(int length, int nameLength) =>
        string.Create(length, nameLength, (text, each) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = i % (each + 1) == each && i < text.Length - 1 ? '/' : 'n';
        });

    [Fact]
    public async Task Owners_and_extended_attributes_are_read_back()
    {
        var attributes = new EntryAttributes
        {
            Mode = Octal("4750"),
            Owner = 65532,
            Group = 2_097_152,
            Xattrs = EntryAttributes.None.Xattrs.Add("user.x", Convert.ToBase64String("text"u8)).Add("security.capability", "AQAAAgAgAIA="),
        };

        var archive = await ArchiveAsync(tar => tar.WriteDirectoryAsync("d", Octal("755"), attributes, None).AsTask());

        var entry = Assert.IsType<PaxTarEntry>(Assert.Single(Read(archive)));
        Assert.Equal((Octal("4750"), 65532), ((int)entry.Mode, entry.Uid));
        Assert.Equal("2097152", entry.ExtendedAttributes["gid"]);
        Assert.Equal("text", entry.ExtendedAttributes["SCHILY.xattr.user.x"]);
        Assert.True(archive.AsSpan().IndexOf((byte[])[.. "45 SCHILY.xattr.security.capability="u8, 1, 0, 0, 2, 0, 0x20, 0, 0x80, (byte)'\n']) > 0);
    }

    private static async Task WriteFileAsync(UstarWriter tar, string path, string content)
    {
        var file = System.IO.Path.GetTempFileName();
        await File.WriteAllTextAsync(file, content, None);
        using (var reader = new ContentReader(File.OpenHandle(file), content.Length))
            await tar.WriteFileAsync(path, Octal("644"), EntryAttributes.None, reader, None);
        File.Delete(file);
    }

    private static async Task<byte[]> ArchiveAsync(Func<UstarWriter, Task> write)
    {
        var archive = new MemoryStream();
        using var tar = new UstarWriter(archive);
        await write(tar);
        await tar.FinishAsync(None);
        return archive.ToArray();
    }

    private static List<TarEntry> Read(byte[] archive)
    {
        using var reader = new TarReader(new MemoryStream(archive));
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry(copyData: true) is { } entry)
            entries.Add(entry);
        return entries;
    }

    private static string Content(TarEntry entry) => new StreamReader(entry.DataStream!).ReadToEnd();
}
