using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Bistro.Builder.Errors;
using Bistro.Builder.Sources.Archives;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using CsCheck;
using ICSharpCode.SharpZipLib.BZip2;

namespace Bistro.Unit.Sources;

/// <summary>What a tar archive holds, as Python's <c>tarfile</c> reads it.</summary>
public sealed class TarReadingTests : IDisposable
{
    private readonly SourceFixture _sources = new();

    [Theory]
    [InlineData("plain")]
    [InlineData("gzip")]
    [InlineData("bzip2")]
    [InlineData("zstd")]
    public async Task An_archive_may_end_between_two_members(string compression)
    {
        var tar = Tar(("p/x", "1"), ("p/y", "2"))[..2048];
        Assert.Equal(["/x = 1", "/y = 2"], await StageAsync(Compress(tar, compression)));
    }

    [Theory]
    [InlineData(2047)]
    [InlineData(1536)]
    [InlineData(1100)]
    [InlineData(700)]
    public async Task An_archive_that_ends_inside_a_member_is_refused(int length)
    {
        var failure = await Assert.ThrowsAsync<SourceException>(() => StageAsync(Tar(("p/x", "1"), ("p/y", "2"))[..length]));
        Assert.StartsWith("The archive is broken: it ends in the middle", failure.Message);
    }

    [Theory]
    [InlineData("gzip", 10)]
    [InlineData("bzip2", 10)]
    [InlineData("zstd", 2)]
    public async Task Compressed_data_that_is_cut_off_is_refused(string compression, int missing)
    {
        // Python, too, misses the end of the compressed data, though the archive in it ends between two members.
        var packed = Compress(Tar(("p/x", "1"), ("p/y", "2"))[..2048], compression)[..^missing];
        var failure = await Assert.ThrowsAsync<SourceException>(() => StageAsync(packed));
        Assert.Contains("broken", failure.Message);
    }

    [Fact]
    public async Task The_first_empty_block_ends_the_archive()
    {
        byte[] tar = [.. Tar(("p/x", "1"))[..1024], .. new byte[512], .. Tar(("p/y", "2"))];
        Assert.Equal(["/x = 1"], await StageAsync(tar));
    }

    [Fact]
    public async Task A_path_of_twelve_thousand_folders_is_refused()
    {
        var name = string.Concat(Enumerable.Repeat("a/", 12_000)) + "x";
        var failure = await Assert.ThrowsAsync<SourceException>(() => StageAsync(Compress(PaxTar("path", Encoding.UTF8.GetBytes(name)), "gzip")));
        Assert.Contains("longer than 4096 bytes", failure.Message);
    }

    [Fact]
    public async Task A_path_of_4096_bytes_is_stored()
    {
        var name = string.Concat(Enumerable.Repeat("a/", 2047)) + "xy";
        Assert.EndsWith("a/a/xy = ", Assert.Single(await StageAsync(PaxTar("path", Encoding.UTF8.GetBytes(name)), "base-dir: ''")));
        var failure = await Assert.ThrowsAsync<SourceException>(() => StageAsync(PaxTar("path", Encoding.UTF8.GetBytes(name + "z")), "base-dir: ''"));
        Assert.Contains("longer than 4096 bytes", failure.Message);
    }

    [Fact]
    public async Task A_path_that_links_make_too_long_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("abcdefghi/", 300)).TrimEnd('/');
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, deep));
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "l") { LinkName = deep });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"l/{deep}/x"));
        }
        var failure = await Assert.ThrowsAsync<SourceException>(() => StageAsync(archive.ToArray(), "base-dir: ''"));
        Assert.Contains("longer than 4096 bytes", failure.Message);
    }

    [Fact]
    public async Task A_name_of_more_than_255_bytes_is_refused()
    {
        var failure = await Assert.ThrowsAsync<SourceException>(() => StageAsync(PaxTar("path", Encoding.UTF8.GetBytes("p/" + new string('é', 128)))));
        Assert.Contains("longer than 255 bytes", failure.Message);
    }

    [Theory]
    [InlineData("path", "A name has a NUL in it: 'p/a\\x00b'")]
    [InlineData("linkpath", "A link target has a NUL in it: 'p/a\\x00b'")]
    [InlineData("GNU.sparse.name", "A name has a NUL in it: 'p/a\\x00b'")]
    public async Task A_NUL_is_refused(string key, string complaint)
    {
        var failure = await Assert.ThrowsAsync<SourceException>(() => StageAsync(PaxTar(key, "p/a\0b"u8)));
        Assert.Contains(complaint, failure.Message);
    }

    [Fact]
    public async Task A_name_that_is_not_UTF8_is_refused()
    {
        foreach (var tar in (byte[][])[PaxTar("path", [(byte)'p', (byte)'/', 0xE9]), Rename(Tar(("p/x", "1")), [(byte)'p', (byte)'/', 0xE9])])
        {
            var failure = await Assert.ThrowsAsync<SourceException>(() => StageAsync(tar));
            Assert.Contains("A name is not UTF-8: 'p/\\xe9'", failure.Message);
        }
    }

    [Theory]
    [InlineData("gnu", "")]
    [InlineData("posix", "0.0")]
    [InlineData("posix", "0.1")]
    [InlineData("posix", "1.0")]
    public async Task Sparse_files_are_expanded(string format, string version)
    {
        var directory = _sources.NewDirectory();
        Directory.CreateDirectory($"{directory}/p");
        // More parts than the header of GNU's format holds, and than one more block holds; holes at both ends.
        await using (var file = new FileStream($"{directory}/p/sparse", FileMode.CreateNew))
        {
            for (var i = 1; i <= 40; i++)
            {
                file.Position = i * 64 * 1024;
                file.Write(Encoding.ASCII.GetBytes($"part {i}"));
            }
            file.SetLength(42 * 64 * 1024 + 5);
        }
        await using (var hole = new FileStream($"{directory}/p/hole", FileMode.CreateNew))
            hole.SetLength(1_000_000);
        await File.WriteAllTextAsync($"{directory}/p/plain", "text", TestContext.Current.CancellationToken);
        string[] arguments = ["--sparse", $"--format={format}", .. version.Length == 0 ? [] : new[] { $"--sparse-version={version}" }, "-cf", "x.tar", "p"];
        Assert.Equal("", await RunAsync("tar", directory, arguments));
        Assert.True(new FileInfo($"{directory}/x.tar").Length < 500_000, "The archive is not sparse.");

        var expected = TreeCapture.Measure($"{directory}/p", TestContext.Current.CancellationToken).Hash;
        Assert.Equal(expected, await StageFileAsync($"{directory}/x.tar"));
    }

    [Theory]
    [InlineData("3\n0\n1\n5\n1\n2\n1\n")]
    [InlineData("1\n0\n9999\n")]
    [InlineData("1\n-5\n1\n")]
    [InlineData("99999999999999999999\n")]
    [InlineData("x\n")]
    [InlineData("111111111111111111111111111111")]
    public async Task A_broken_sparse_map_is_refused(string map)
    {
        var data = new byte[1024];
        Encoding.ASCII.GetBytes(map, data);
        var failure = await Assert.ThrowsAsync<SourceException>(() => StageAsync(SparseTar(10, data)));
        Assert.Matches("The archive is broken: (the parts of|the map of|'.*' in a header is not a number)", failure.Message);
    }

    [Fact]
    public async Task A_sparse_file_of_any_size_is_not_expanded()
    {
        var failure = await Assert.ThrowsAsync<SourceException>(() => StageAsync(SparseTar(long.MaxValue, [.. "0\n"u8, .. new byte[510]])));
        Assert.Contains("sparse file of 9223372036854775807 bytes", failure.Message);
    }

    [Fact]
    public async Task A_header_of_any_size_is_not_read()
    {
        var tar = Tar(("p/x", "1"));
        tar[156] = (byte)'x';
        "77777777777"u8.CopyTo(tar.AsSpan(124));
        var failure = await Assert.ThrowsAsync<SourceException>(() => StageAsync(Checked(tar)));
        Assert.Contains("has headers of 8589934591 bytes", failure.Message);
    }

    [Theory]
    [InlineData('x')]
    [InlineData('g')]
    public async Task Any_number_of_headers_is_not_kept(char type)
    {
        // Each header is small enough, and adds a record with a name of its own.
        const int Size = 6 << 20;
        byte[] tar = [];
        for (var i = 0; i < 3; i++)
        {
            var record = Encoding.ASCII.GetBytes($"{Size} key{i}={new string('x', Size - 14)}\n");
            Assert.Equal(Size, record.Length);
            tar = [.. tar, .. Header(type, Size), .. record];
            // Those of the whole archive are kept from member to member.
            if (type == 'g')
                tar = [.. tar, .. Header('0', 0)];
        }
        var failure = await Assert.ThrowsAsync<SourceException>(() => StageAsync(tar));
        Assert.Contains("has headers of", failure.Message);
    }

    [Fact]
    public async Task Names_of_zip_files_are_of_code_page_437_unless_they_say_otherwise()
    {
        var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true, Encoding.Latin1))
        using (var text = new StreamWriter(zip.CreateEntry("p/\u0082").Open()))
            text.Write("1");
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Update, leaveOpen: true))
        using (var text = new StreamWriter(zip.CreateEntry("p/\u00EA").Open()))
            text.Write("2");
        Assert.Equal(["/é = 1", "/ê = 2"], await StageAsync(archive.ToArray(), kind: "zip"));
    }

    [Theory]
    [InlineData("p/a\0b", "NUL")]
    [InlineData("long", "longer than 4096 bytes")]
    public async Task A_zip_file_with_a_name_that_cannot_be_stored_is_refused(string name, string complaint)
    {
        var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
            zip.CreateEntry(name == "long" ? string.Concat(Enumerable.Repeat("a/", 12_000)) + "x" : name);
        var failure = await Assert.ThrowsAsync<SourceException>(() => StageAsync(archive.ToArray(), kind: "zip"));
        Assert.Contains(complaint, failure.Message);
    }

    [Fact]
    public async Task A_bent_archive_is_read_or_refused()
    {
        var directory = _sources.NewDirectory();
        byte[][] seeds =
        [
            Tar(("p/x", "1"), ("p/y", "2")), PaxTar("path", "p/long"u8), PaxTar("GNU.sparse.map", "0,1,5,1"u8),
            SparseTar(10, [.. "1\n0\n1\n"u8, .. new byte[1018]]),
        ];
        await Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.Select(Gen.Int[0, 3000], Gen.Byte).Array[1, 4], Gen.Bool).SampleAsync(
            async (seed, changes, isChecked) =>
            {
                var bent = (byte[])seeds[seed].Clone();
                foreach (var (position, value) in changes)
                    bent[position % bent.Length] = value;
                if (isChecked)
                    Checked(bent);
                await using var batch = _sources.Trees.Trees.Content.BeginBatch();
                try
                {
                    await TarMembers.ReadAsync(new MemoryStream(bent), batch, mayBeEmpty: false, TestContext.Current.CancellationToken);
                }
                catch (SourceException)
                {
                    // Refused.
                }
            },
            iter: 2000);
    }

    public void Dispose() => _sources.Dispose();

    private async Task<string[]> StageAsync(byte[] archive, string members = "", string kind = "tar")
    {
        var path = Path.Combine(_sources.NewDirectory(), "archive");
        await File.WriteAllBytesAsync(path, archive, TestContext.Current.CancellationToken);
        return _sources.Trees.Text(await StageFileAsync(path, members, kind));
    }

    private async Task<Digest> StageFileAsync(string path, string members = "", string kind = "tar") => await _sources.StageAsync(
        $"kind: {kind}\nurl: 'file://{path}'\nref: {Digest.Of(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)).Hex}\n{members}");

    private static byte[] Tar(params (string Name, string Text)[] files)
    {
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, text) in files)
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }
        return archive.ToArray();
    }

    /// <summary>An empty file with one pax record.</summary>
    private static byte[] PaxTar(string key, ReadOnlySpan<byte> value)
    {
        var rest = key.Length + value.Length + 3;
        var length = rest + 1;
        while (length != rest + $"{length}".Length)
            length = rest + $"{length}".Length;
        byte[] record = [.. Encoding.ASCII.GetBytes($"{length} {key}="), .. value, (byte)'\n'];
        return [.. Header('x', record.Length), .. record, .. new byte[-record.Length & 511], .. Header('0', 0), .. new byte[1024]];
    }

    /// <summary>A sparse file of GNU's format 1.0.</summary>
    private static byte[] SparseTar(long size, byte[] data)
    {
        var records = Encoding.ASCII.GetBytes($"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n25 GNU.sparse.name=p/abc\n");
        var realSize = $" GNU.sparse.realsize={size}\n";
        byte[] all = [.. records, .. Encoding.ASCII.GetBytes($"{realSize.Length + 2}{realSize}")];
        return [.. Header('x', all.Length), .. all, .. new byte[-all.Length & 511], .. Header('0', data.Length), .. data, .. new byte[1024]];
    }

    private static byte[] Header(char type, int size)
    {
        var header = Tar(("p/x", ""))[..512];
        header[156] = (byte)type;
        Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0'), header.AsSpan(124));
        return Checked(header);
    }

    private static byte[] Rename(byte[] tar, ReadOnlySpan<byte> name)
    {
        name.CopyTo(tar);
        return Checked(tar);
    }

    // With the right checksum of the first header.
    private static byte[] Checked(byte[] tar)
    {
        tar.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(tar.Take(512).Sum(value => value), 8).PadLeft(6, '0') + "\0", tar.AsSpan(148));
        return tar;
    }

    private static byte[] Compress(byte[] tar, string compression)
    {
        using var result = new MemoryStream();
        using (Stream packer = compression switch
        {
            "gzip" => new GZipStream(result, CompressionLevel.Fastest),
            "bzip2" => new BZip2OutputStream(result),
            "zstd" => new ZstdSharp.CompressionStream(result),
            _ => new BufferedStream(result),
        })
        {
            packer.Write(tar);
            packer.Flush();
            return packer is BufferedStream ? result.ToArray() : Finish(packer, result);
        }
    }

    private static byte[] Finish(Stream packer, MemoryStream result)
    {
        packer.Dispose();
        return result.ToArray();
    }

    private static async Task<string> RunAsync(string program, string directory, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return error;
    }
}
