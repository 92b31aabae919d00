using Bistro.Model.Disk;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Unit.Yaml;

public sealed class YamlFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("yaml-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_missing_file_is_said_where_it_was_asked_for()
    {
        var askedBy = TestYaml.Read("a: gone.yml").Scalar("a")!.Provenance;
        var error = TestYaml.FailureOf(() => YamlReader.ReadFile(FileOf("gone.yml"), askedBy));
        Assert.Equal(LoadErrorReason.MissingFile, error.Reason);
        Assert.Equal("x.yml:1:4", error.Where.ToString());
    }

    [Fact]
    public void A_directory_is_not_a_file() => Assert.Equal(
        LoadErrorReason.LoadingDirectory,
        TestYaml.FailureOf(() => YamlReader.ReadFile(new SourceFile("d", _directory.FullName))).Reason);

    [Fact]
    public void A_huge_file_is_not_read()
    {
        var file = FileOf("huge.bst");
        using (var stream = File.Create(file.Path!))
            stream.SetLength(100 << 20);
        Assert.Contains("MiB", TestYaml.FailureOf(() => YamlReader.ReadFile(file)).Message);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        var file = FileOf("latin.bst");
        File.WriteAllBytes(file.Path!, [.. "a: é\nb: "u8, 0xe9]);
        Assert.Equal("latin.bst:2:4: The byte 0xe9 is not valid UTF-8", TestYaml.FailureOf(() => YamlReader.ReadFile(file)).ToString());
    }

    [Fact]
    public void A_file_is_read_again_when_it_has_changed()
    {
        var cache = new YamlCache();
        var file = FileOf("a.bst");
        File.WriteAllText(file.Path!, "a: b");
        var first = Read();
        Assert.Same(first, Read());
        File.WriteAllText(file.Path!, "a: c");
        Assert.Equal("c", Read().Text("a"));

        MappingNode Read() => new YamlFiles(new DiskView(), cache).Read(file);
    }

    private SourceFile FileOf(string name) => new(name, Path.Combine(_directory.FullName, name));
}
