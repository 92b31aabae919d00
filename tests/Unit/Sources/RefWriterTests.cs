using Bistro.Builder.Errors;
using Bistro.Builder.Sources;
using Bistro.Model.Content;
using Bistro.Model.Elements;

namespace Bistro.Unit.Sources;

public sealed class RefWriterTests : IAsyncDisposable
{
    private static readonly string Old = Digest.Of("old"u8).Hex;
    private static readonly string New = Digest.Of("1"u8).Hex;

    private readonly ProjectFixture _project = new();

    public RefWriterTests() => _project.Write("files/a", "1");

    private string Url => $"file://{_project.Directory}/files/a";

    [Fact]
    public async Task A_ref_is_written_into_the_element_and_comments_stay()
    {
        var text = $"""
            # An element.
            kind: import

            sources:
            - kind: remote # from far away
              url: {Url}
              ref: {Old}

            - kind: local
              path: files   # near
            """;
        await TrackAsync(await _project.LoadAsync(text));
        Assert.Equal(text.Replace(Old, New), _project.Read("test.bst"));
    }

    [Fact]
    public async Task A_source_without_a_ref_gets_one()
    {
        await TrackAsync(await _project.LoadAsync($"kind: import\nsources:\n- kind: remote\n  url: {Url}\n"));
        Assert.Equal($"kind: import\nsources:\n- kind: remote\n  url: {Url}\n  ref: {New}\n", _project.Read("test.bst"));
    }

    [Fact]
    public async Task A_ref_that_stands_in_an_include_is_written_there()
    {
        _project.Write("source.yml", $"sources:\n- kind: remote\n  url: {Url}\n  ref: {Old}\n");
        await TrackAsync(await _project.LoadAsync("kind: import\n(@): source.yml\n"));
        Assert.Contains(New, _project.Read("source.yml"));
        Assert.DoesNotContain("ref", _project.Read("test.bst"));
    }

    [Fact]
    public async Task Refs_are_kept_in_one_file_where_the_project_says_so()
    {
        _project.Write("project.conf", "name: test\nmin-version: 2.0\nref-storage: project.refs\n");
        var element = await _project.LoadAsync($"kind: import\nsources:\n- kind: local\n  path: files\n- kind: remote\n  url: {Url}\n");
        await TrackAsync(element);
        Assert.Equal($"projects:\n  test:\n    test.bst:\n    - {{}}\n    - ref: {New}\n", _project.Read("project.refs"));
        Assert.True((await _project.LoadElementAsync("test.bst")).Keys.AreResolved);
    }

    [Fact]
    public async Task A_file_whose_refs_are_the_newest_is_not_touched()
    {
        var element = await _project.LoadAsync($"kind: import\nsources:\n- kind: remote\n  url: {Url}\n  ref: {New}\n");
        var before = File.GetLastWriteTimeUtc($"{_project.Directory}/test.bst");
        await TrackAsync(element);
        Assert.Equal(before, File.GetLastWriteTimeUtc($"{_project.Directory}/test.bst"));
    }

    [Fact]
    public async Task The_file_of_another_project_is_refused()
    {
        _project.Write("sub/project.conf", "name: sub\nmin-version: 2.0\n");
        _project.Write("sub/x.bst", $"kind: import\nsources:\n- kind: remote\n  url: {Url}\n  ref: {Old}\n");
        _project.Write("sub.bst", "kind: junction\nsources:\n- kind: local\n  path: sub\n");
        var junction = await _project.LoadAsync("kind: stack\ndepends:\n- sub.bst:x.bst\n");
        var element = junction.Dependencies[0].Element;
        var tracked = await _project.TrackAsync(element);
        var failure = Assert.Throws<SourceException>(() => new RefWriter(junction.Project).Add(element, tracked[0]));
        Assert.Contains("another project", failure.Message);
    }

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    private async Task TrackAsync(Element element)
    {
        var writer = new RefWriter(element.Project);
        foreach (var source in await _project.TrackAsync(element))
            writer.Add(element, source);
        writer.Save();
    }
}
