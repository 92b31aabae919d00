using Bistro.Model.Errors;

namespace Bistro.Unit.Projects;

/// <summary>Where a project's files come from: its folder, what is laid over it, element-path, files of refs.</summary>
public sealed class ProjectFilesTests : IDisposable
{
    private const string Ref = "0123456789012345678901234567890123456789012345678901234567890123";

    private readonly LittleProjects _projects = new();

    public void Dispose() => _projects.Dispose();

    [Fact]
    public async Task An_overlay_adds_files_and_hides_those_below_it()
    {
        _projects.With("project.conf", "name: top\nmin-version: 2.0\nvariables:\n  (@): [kept.yml, made.yml]\n")
            .With("kept.yml", "kept: below\n")
            .With("a.bst", "kind: manual\n");
        _projects.Write("over", "made.yml", "made: above\n");
        _projects.Write("over", "kept.yml", "kept: above\n");

        var element = await _projects.LoadAsync("a.bst", _projects.Request with { Overlay = _projects.Folder("over") });

        Assert.Equal("above", LittleProjects.Variable(element, "made"));
        Assert.Equal("above", LittleProjects.Variable(element, "kept"));
    }

    [Fact]
    public async Task A_local_source_is_put_together_from_project_and_overlay()
    {
        _projects.With("project.conf", "name: top\nmin-version: 2.0\n")
            .With("files/a", "a")
            .With("a.bst", "kind: import\nsources: [{kind: local, path: files}]\n");
        _projects.Write("over", "files/b", "b");
        var laid = await _projects.LoadAsync("a.bst", _projects.Request with { Overlay = _projects.Folder("over") });
        _projects.With("files/b", "b");

        var whole = await _projects.LoadAsync("a.bst");

        Assert.Equal(whole.Keys.Strict, laid.Keys.Strict);
    }

    [Fact]
    public async Task Elements_are_found_below_element_path_only()
    {
        _projects.With("project.conf", "name: top\nmin-version: 2.0\nelement-path: elements\n")
            .With("elements/sub/a.bst", "kind: stack\n")
            .With("b.bst", "kind: stack\n");

        Assert.Equal("sub/a.bst", (await _projects.LoadAsync("sub/a.bst")).Name);
        var missing = await Assert.ThrowsAsync<LoadException>(() => _projects.LoadAsync("b.bst"));
        Assert.Equal(LoadErrorReason.MissingFile, Assert.Single(missing.Errors).Reason);
    }

    [Fact]
    public async Task An_element_asked_for_with_the_element_path_is_named_without_it()
    {
        _projects.With("project.conf", "name: top\nmin-version: 2.0\nelement-path: elements\n").With("elements/a.bst", "kind: stack\n");

        var mistake = await Assert.ThrowsAsync<LoadException>(() => _projects.LoadAsync("elements/a.bst"));

        Assert.Contains("Did you mean 'a.bst'?", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ref_is_taken_from_project_refs_where_the_project_keeps_them_there()
    {
        const string Element = "kind: import\nsources: [{kind: tar, url: 'https://a.example/a.tar'}]\n";
        _projects.With("project.conf", "name: top\nmin-version: 2.0\nref-storage: project.refs\n")
            .With("project.refs", $"projects: {{top: {{a.bst: [{{ref: '{Ref}'}}]}}}}\n")
            .With("a.bst", Element)
            .With("b.bst", Element);

        Assert.True((await _projects.LoadAsync("a.bst")).Keys.AreResolved);
        Assert.False((await _projects.LoadAsync("b.bst")).Keys.AreResolved);
    }

    [Fact]
    public async Task Options_of_the_configuration_go_by_the_name_in_project_conf()
    {
        _projects.With(
                "project.conf",
                "name: top\nmin-version: 2.0\noptions:\n  debug: {type: bool, description: d, default: False, variable: debug}\n")
            .With("a.bst", "kind: manual\n");

        var ours = await _projects.LoadAsync(
            "a.bst", _projects.Request with { UserProjects = LittleProjects.Yaml("top: {options: {debug: True}}") });
        var another = await _projects.LoadAsync(
            "a.bst", _projects.Request with { UserProjects = LittleProjects.Yaml("another: {options: {debug: True}}") });

        Assert.Equal("1", LittleProjects.Variable(ours, "debug"));
        Assert.Equal("0", LittleProjects.Variable(another, "debug"));
    }
}
