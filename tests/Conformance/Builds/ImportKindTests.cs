using Bistro.Builder.Errors;

namespace Bistro.Conformance.Builds;

/// <summary>What <c>import</c> makes of its sources.</summary>
public sealed class ImportKindTests : IAsyncDisposable
{
    private readonly BuildFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Import_takes_its_sources_as_they_are()
    {
        _fixture.Files("a.bst", "files", ("etc/motd", "hello"), ("etc/more/deep", "deep"));
        Assert.Equal(["/etc/more/deep = deep", "/etc/motd = hello"], await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task Import_takes_a_part_of_its_sources_to_another_place()
    {
        _fixture.Write("files/etc/more/deep", "deep");
        _fixture.Element("a.bst", """
            kind: import
            sources:
            - kind: local
              path: files
              directory: sub
            config:
              source: /sub/etc
              target: /usr/share
            """);
        Assert.Equal(["/usr/share/more/deep = deep"], await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task Import_of_nothing_is_an_error()
    {
        _fixture.Write("files/x", "x");
        _fixture.Element("a.bst", """
            kind: import
            sources:
            - kind: local
              path: files
            config:
              source: /missing
            """);
        var exception = await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("a.bst"));
        Assert.Equal("a.bst: the sources have no files in '/missing' (config: source).", exception.Message);
    }
}
