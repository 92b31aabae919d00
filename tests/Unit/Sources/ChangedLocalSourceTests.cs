using Bistro.Builder.Errors;
using Bistro.Model.Sources;
using Bistro.Unit.Projects;

namespace Bistro.Unit.Sources;

/// <summary>Local files that change between the computation of the key and the staging.</summary>
public sealed class ChangedLocalSourceTests : IDisposable
{
    private const string Configuration = """
        name: top
        min-version: 2.0
        plugins:
        - {origin: pip, package-name: buildstream-plugins, sources: [patch]}
        - {origin: pip, package-name: buildstream-plugins-community, sources: [patch_queue]}

        """;

    private readonly SourceFixture _sources = new();

    [Theory]
    [InlineData("{kind: local, path: files}")]
    [InlineData("{kind: patch, path: files/fix.patch}")]
    [InlineData("{kind: patch_queue, path: files}")]
    public async Task A_file_that_changed_since_the_key_was_computed_is_not_staged(string yaml)
    {
        var source = await KeyedAsync(yaml);
        Write("hello", "welcome");
        await ExpectChangedAsync(source);
    }

    [Theory]
    [InlineData("{kind: local, path: files}")]
    [InlineData("{kind: patch, path: files/fix.patch}")]
    [InlineData("{kind: patch_queue, path: files}")]
    public async Task A_file_that_was_removed_since_the_key_was_computed_is_a_change(string yaml)
    {
        var source = await KeyedAsync(yaml);
        File.Delete(PatchFile);
        await ExpectChangedAsync(source);
    }

    [Theory]
    [InlineData("{kind: local, path: files}")]
    [InlineData("{kind: patch, path: files/fix.patch}")]
    [InlineData("{kind: patch_queue, path: files}")]
    public async Task A_file_that_a_link_or_a_folder_replaced_is_a_change(string yaml)
    {
        var source = await KeyedAsync(yaml);
        File.Move(PatchFile, PatchFile + ".old");
        File.CreateSymbolicLink(PatchFile, PatchFile + ".old");
        await ExpectChangedAsync(source);
        File.Delete(PatchFile);
        Directory.CreateDirectory(PatchFile);
        await ExpectChangedAsync(source);
    }

    [Theory]
    [InlineData("{kind: local, path: files}", "/fix.patch")]
    [InlineData("{kind: patch, path: files/fix.patch}", "/greeting = goodbye\n")]
    [InlineData("{kind: patch_queue, path: files}", "/greeting = goodbye\n")]
    public async Task What_the_key_names_is_staged_from_the_store_after_the_file_changed(string yaml, string expected)
    {
        var source = await KeyedAsync(yaml);
        var before = await _sources.StageAsync(source);
        Write("hello", "welcome");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(PatchFile)!, "another.patch"), "");
        var after = await _sources.StageAsync(source);
        Assert.Equal(before, after);
        Assert.StartsWith(expected, Assert.Single(_sources.Trees.Text(after)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{kind: local, path: files}")]
    [InlineData("{kind: patch, path: files/fix.patch}")]
    [InlineData("{kind: patch_queue, path: files}")]
    public async Task An_element_of_an_earlier_load_is_not_staged_with_the_files_of_a_later_one(string yaml)
    {
        _sources.Previous = await _sources.Trees.Tree("/greeting = hello\n");
        using var projects = new LittleProjects();
        projects.With("project.conf", Configuration)
            .With("files/fix.patch", Patch("hello", "goodbye"))
            .With("a.bst", "kind: manual\nsources:\n- {kind: remote, url: 'https://example.com/a'}\n- " + yaml + "\n");
        var loader = projects.Loader();
        var earlier = await LoadAsync();
        projects.With("files/fix.patch", Patch("hello", "welcome"));
        var later = await LoadAsync();

        await ExpectChangedAsync(earlier);
        Assert.NotEmpty(_sources.Trees.Text(await _sources.StageAsync(later)));

        async Task<Source> LoadAsync()
        {
            var element = (await loader.LoadAsync(["a.bst"], TestContext.Current.CancellationToken)).Targets[0];
            _ = element.Sources[1].Configuration.UniqueKey;
            return element.Sources[1];
        }
    }

    public void Dispose() => _sources.Dispose();

    private string PatchFile => Path.Combine(_sources.ProjectDirectory, "files", "fix.patch");

    private async Task<Source> KeyedAsync(string yaml)
    {
        _sources.Previous = await _sources.Trees.Tree("/greeting = hello\n");
        Directory.CreateDirectory(Path.GetDirectoryName(PatchFile)!);
        Write("hello", "goodbye");
        var source = SourceFixture.Configure(yaml, _sources.ProjectDirectory);
        _ = source.Configuration.UniqueKey;
        return source;
    }

    private async Task ExpectChangedAsync(Source source)
    {
        var failure = await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync(source));
        Assert.True(failure.IsTransient);
        Assert.Contains("changed after the project was loaded", failure.Message, StringComparison.Ordinal);
    }

    private void Write(string before, string after) => File.WriteAllText(PatchFile, Patch(before, after));

    private static string Patch(string before, string after) => $"--- a/greeting\n+++ b/greeting\n@@ -1 +1 @@\n-{before}\n+{after}\n";
}
