using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Bistro.Builder.Errors;
using Bistro.Model.Content;

namespace Bistro.Unit.Sources;

/// <summary>Archives other than tar, and the packages of registries.</summary>
public sealed class ArchiveSourceTests : IDisposable
{
    private readonly SourceFixture _sources = new();

    [Fact]
    public async Task A_zip_is_its_first_folder_without_executable_files()
    {
        var source = Serve("a.zip", Zip("pkg-1/", "pkg-1/run.sh", "pkg-1/sub/x", "zzz"));
        Assert.Equal(["/run.sh = pkg-1/run.sh", "/sub/x = pkg-1/sub/x"], await _sources.TextAsync($"{{kind: zip, {source}}}"));
        Assert.Contains("/zzz = zzz", await _sources.TextAsync($"{{kind: zip, {source}, base-dir: ''}}"));
    }

    [Fact]
    public async Task A_zip_whose_members_lead_out_is_refused() =>
        await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync($"{{kind: zip, {Serve("a.zip", Zip("../x"))}, base-dir: ''}}"));

    [Fact]
    public async Task A_file_that_is_no_zip_is_refused() =>
        await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync($"{{kind: zip, {Serve("a.zip", "text"u8.ToArray())}}}"));

    [Fact]
    public async Task A_deb_is_what_it_installs()
    {
        var package = Deb(("debian-binary", "2.0\n"u8.ToArray()), ("control.tar", [1, 2, 3]), ("data.tar.gz", TarGz("./usr/bin/tool")));
        Assert.Equal(["/usr/bin/tool = ./usr/bin/tool"], await _sources.TextAsync($"{{kind: deb, {Serve("p.deb", package)}, base-dir: ''}}"));
        Assert.Equal(["/bin/tool = ./usr/bin/tool"], await _sources.TextAsync($"{{kind: deb, {Serve("p.deb", package)}}}"));
    }

    [Fact]
    public async Task A_deb_without_data_is_refused() => await Assert.ThrowsAsync<SourceException>(
        () => _sources.StageAsync($"{{kind: deb, {Serve("p.deb", Deb(("debian-binary", [1])))}}}"));

    [Theory]
    [InlineData("pypi", "{{kind: pypi, name: p, url: '{0}', ref: {{suffix: {1}, sha256sum: {2}}}}}")]
    [InlineData("cpan", "{{kind: cpan, name: p, index: '{0}', suffix: {1}, sha256sum: {2}}}")]
    public async Task A_package_loses_the_first_folder_of_each_name(string kind, string form)
    {
        var content = TarGz("p-1/setup.py", "q-1/other", "top");
        var path = Put($"{kind}.tar.gz", content);
        var yaml = string.Format(null, CompositeFormat.Parse(form), $"file://{Path.GetDirectoryName(path)}", Path.GetFileName(path), Digest.Of(content).Hex);
        Assert.Equal(["/other = q-1/other", "/setup.py = p-1/setup.py"], await _sources.TextAsync(yaml));
    }

    [Fact]
    public async Task A_package_of_an_unknown_registry_says_where_to_name_one()
    {
        var error = await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync("{kind: pypi, name: p, ref: {suffix: s, sha256sum: x}}"));
        Assert.Contains("source-defaults: {pypi: {url: …}}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cpan_tracks_what_the_index_names()
    {
        var folder = _sources.NewDirectory();
        Directory.CreateDirectory(Path.Combine(folder, "modules"));
        Directory.CreateDirectory(Path.Combine(folder, "authors/id/E"));
        await using (var index = new GZipStream(File.Create(Path.Combine(folder, "modules/02packages.details.txt.gz")), CompressionLevel.Fastest))
            index.Write("File: 02packages\n\nA::B  1.0  E/A-B-1.0.tar.gz\nA::C  2.0  E/A-C-2.0.tar.gz\n"u8);
        await File.WriteAllTextAsync(Path.Combine(folder, "authors/id/E/A-C-2.0.tar.gz"), "x", TestContext.Current.CancellationToken);
        var found = await _sources.TrackAsync($"{{kind: cpan, name: 'A::C', index: 'file://{folder}'}}");
        Assert.Equal(("authors/id/E/A-C-2.0.tar.gz", Digest.Of("x"u8).Hex), (found!.Text("suffix"), found.Text("sha256sum")));
    }

    public void Dispose() => _sources.Dispose();

    private string Serve(string name, byte[] content) => $"url: 'file://{Put(name, content)}', ref: {Digest.Of(content).Hex}";

    private string Put(string name, byte[] content)
    {
        var path = Path.Combine(_sources.NewDirectory(), name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Each file holds its own name.</summary>
    private static byte[] Zip(params string[] names)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (var name in names)
            {
                using var content = zip.CreateEntry(name).Open();
                if (!name.EndsWith('/'))
                    content.Write(Encoding.UTF8.GetBytes(name));
            }
        }
        return file.ToArray();
    }

    private static byte[] TarGz(params string[] names)
    {
        var file = new MemoryStream();
        using (var tar = new TarWriter(new GZipStream(file, CompressionLevel.Fastest)))
        {
            foreach (var name in names)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(name)) });
        }
        return file.ToArray();
    }

    private static byte[] Deb(params (string Name, byte[] Content)[] members)
    {
        var file = new MemoryStream();
        file.Write("!<arch>\n"u8);
        foreach (var (name, content) in members)
        {
            file.Write(Encoding.ASCII.GetBytes($"{name,-16}{0,-12}{0,-6}{0,-6}{100644,-8}{content.Length,-10}`\n"));
            file.Write(content);
            if (content.Length % 2 == 1)
                file.WriteByte((byte)'\n');
        }
        return file.ToArray();
    }
}
