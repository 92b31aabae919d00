using Bistro.Builder.Errors;
using Bistro.Builder.Trees;
using Bistro.Model.Yaml;
using Bistro.Unit.Sources;

namespace Bistro.Conformance.Sources;

/// <summary>The <c>apt</c> source against the archive that this machine's own apt uses.</summary>
public sealed class AptSourceTests : IDisposable
{
    private readonly SourceFixture _sources = new();

    [Fact]
    public async Task Packages_come_with_what_they_need_in_a_merged_usr()
    {
        const string Source = """
            kind: apt
            suite: bookworm
            architecture: x86_64
            packages: [libc6, base-files]
            """;
        var pins = (SequenceNode)(await _sources.TrackAsync(Source))!["ref"]!;
        Assert.Equal(["base-files", "gcc-12-base", "libc6", "libgcc-s1", "mawk"], pins.Mappings().Select(pin => pin.Text("name")));

        var tree = await _sources.StageAsync(Pinned(Source, pins));
        var names = _sources.Trees.Trees.Read(tree).Nodes.Select(node => node.Name);
        Assert.Equal("usr/lib64", ((LinkNode)_sources.Trees.Trees.Find(tree, "/lib64")!).Target);
        Assert.IsType<FileNode>(_sources.Trees.Trees.Find(tree, "/usr/lib/x86_64-linux-gnu/libc.so.6"));
        Assert.Contains("bin", names);
    }

    [Fact]
    public async Task Packages_of_another_architecture_are_resolved_and_fetched_as_well()
    {
        const string Source = """
            kind: apt
            suite: bookworm
            architecture: aarch64
            packages: [libgcc-s1]
            """;
        var pins = (SequenceNode)(await _sources.TrackAsync(Source))!["ref"]!;
        Assert.Equal(["gcc-12-base", "libc6", "libgcc-s1"], pins.Mappings().Select(pin => pin.Text("name")));
        var tree = await _sources.StageAsync(Pinned(Source, pins));
        Assert.IsType<FileNode>(_sources.Trees.Trees.Find(tree, "/usr/lib/aarch64-linux-gnu/libc.so.6"));
    }

    [Theory]
    [InlineData("libc6", "0.1-1", "no longer has what is pinned: libc6 0.1-1")]
    [InlineData("libc6-of-yesterday", "0.1-1", "no longer has what is pinned: libc6-of-yesterday")]
    public async Task A_pin_that_the_archive_no_longer_has_is_named_with_the_command_that_pins_again(string name, string version, string message)
    {
        var error = await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync($$"""
            kind: apt
            suite: bookworm
            architecture: x86_64
            packages: [libc6]
            ref:
            - {name: {{name}}, version: '{{version}}', sha256: {{new string('0', 64)}}}
            """));
        Assert.Contains(message, error.Message);
        Assert.Contains("bistro source track ", error.Message);
        Assert.True(error.NeedsTracking);
    }

    public void Dispose() => _sources.Dispose();

    private static string Pinned(string source, SequenceNode pins) => source + "\nref:" + string.Concat(pins.Mappings().Select(pin =>
        $"\n- {{name: {pin.Text("name")}, version: '{pin.Text("version")}', sha256: {pin.Text("sha256")}}}"));
}
