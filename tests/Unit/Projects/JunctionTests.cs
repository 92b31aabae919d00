using System.Collections.Immutable;
using Bistro.Model.Errors;

namespace Bistro.Unit.Projects;

/// <summary>Projects behind junctions: stood in for, overridden, loaded twice on purpose or not.</summary>
public sealed class JunctionTests : IDisposable
{
    private readonly LittleProjects _projects = new();

    public JunctionTests()
    {
        // Two junctions lead to copies of one project.
        _projects.With("project.conf", "name: top\nmin-version: 2.0\n")
            .With("one.bst", "kind: junction\nsources: [{kind: local, path: sub-one}]\n")
            .With("two.bst", "kind: junction\nsources: [{kind: local, path: sub-two}]\n")
            .With("both.bst", "kind: stack\ndepends: ['one.bst:a.bst', 'two.bst:a.bst']\n");
        foreach (var sub in (string[])["sub-one", "sub-two"])
            _projects.With($"{sub}/project.conf", "name: sub\nmin-version: 2.0\n")
                .With($"{sub}/a.bst", $"kind: manual\nvariables: {{from: {sub}}}\n");
    }

    public void Dispose() => _projects.Dispose();

    [Fact]
    public async Task One_project_loaded_in_two_ways_is_a_mistake()
    {
        var mistake = await Assert.ThrowsAsync<LoadException>(() => _projects.LoadAsync("both.bst"));

        Assert.Equal(LoadErrorReason.ConflictingJunction, Assert.Single(mistake.Errors).Reason);
    }

    [Theory]
    [InlineData("duplicates: {sub: [one.bst, two.bst]}")]
    [InlineData("internal: [one.bst, two.bst]")]
    [InlineData("internal: [two.bst]")]
    public async Task It_is_none_where_the_project_says_that_it_is_meant(string junctions)
    {
        _projects.With("project.conf", $"name: top\nmin-version: 2.0\njunctions: {{{junctions}}}\n");

        var both = await _projects.LoadAsync("both.bst");

        Assert.Equal(["sub-one", "sub-two"], both.Dependencies.Select(dependency => LittleProjects.Variable(dependency.Element, "from")).Order());
    }

    [Fact]
    public async Task One_duplicate_beside_a_plain_one_is_a_mistake()
    {
        _projects.With("project.conf", "name: top\nmin-version: 2.0\njunctions: {duplicates: {sub: [one.bst]}}\n");

        var mistake = await Assert.ThrowsAsync<LoadException>(() => _projects.LoadAsync("both.bst"));

        Assert.Equal(LoadErrorReason.ConflictingJunction, Assert.Single(mistake.Errors).Reason);
    }

    [Fact]
    public async Task A_folder_of_the_configuration_stands_for_a_junctions_sources()
    {
        _projects.With("one.bst", "kind: junction\nsources: [{kind: tar, url: 'https://a.example/sub.tar'}]\n");
        _projects.Write("elsewhere", "project.conf", "name: sub\nmin-version: 2.0\n");
        _projects.Write("elsewhere", "a.bst", "kind: manual\nvariables: {from: elsewhere}\n");
        var request = _projects.Request with
        {
            Junctions = ImmutableDictionary<string, string>.Empty.Add("one.bst", _projects.Folder("elsewhere")),
        };

        Assert.Equal("elsewhere", LittleProjects.Variable(await _projects.LoadAsync("one.bst:a.bst", request), "from"));
    }

    [Theory]
    [InlineData("elements")]
    [InlineData("elements/.")]
    public async Task Folders_that_only_lead_to_what_is_mounted_are_folders(string elementPath)
    {
        var conf = $"name: sub\nmin-version: 2.0\nelement-path: {elementPath}\n";
        const string Import = "kind: import\nsources: [{kind: local, path: files}]\n";
        _projects.With("parts.bst", """
                kind: junction
                sources:
                - {kind: local, path: parts/project.conf}
                - {kind: local, path: parts/elements, directory: /elements/inner}
                - {kind: local, path: parts/data, directory: files/a/b/}
                """)
            .With("parts/project.conf", conf)
            .With("parts/elements/a.bst", Import)
            .With("parts/data/text", "text")
            .With("whole.bst", "kind: junction\nsources: [{kind: local, path: whole}]\n")
            .With("whole/project.conf", conf)
            .With("whole/elements/inner/a.bst", Import)
            .With("whole/files/a/b/text", "text");

        var parts = await _projects.LoadAsync("parts.bst:inner/a.bst");

        Assert.Equal((await _projects.LoadAsync("whole.bst:inner/a.bst")).Keys.Strict, parts.Keys.Strict);
    }

    [Fact]
    public async Task A_folder_that_only_leads_to_what_is_mounted_is_not_a_file()
    {
        _projects.With("parts.bst", "kind: junction\nsources:\n- {kind: local, path: parts}\n- {kind: local, path: data, directory: files/a}\n")
            .With("parts/project.conf", "name: sub\nmin-version: 2.0\nplugins: [{origin: pip, package-name: buildstream-plugins, sources: [patch]}]\n")
            .With("parts/a.bst", "kind: manual\nsources: [{kind: patch, path: files}]\n")
            .With("data/text", "text");

        var mistake = await Assert.ThrowsAsync<LoadException>(() => _projects.LoadAsync("parts.bst:a.bst"));

        Assert.Equal(LoadErrorReason.ProjPathInvalidKind, Assert.Single(mistake.Errors).Reason);
    }

    [Fact]
    public async Task A_junction_without_a_ref_says_how_to_find_one()
    {
        _projects.With("one.bst", "kind: junction\nsources: [{kind: tar, url: 'https://a.example/sub.tar'}]\n");

        var mistake = await Assert.ThrowsAsync<LoadException>(() => _projects.LoadAsync("one.bst:a.bst"));

        Assert.Equal(LoadErrorReason.SubprojectInconsistent, Assert.Single(mistake.Errors).Reason);
        Assert.Contains("bistro source track one.bst", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_element_of_a_subproject_is_replaced_by_one_of_the_project_above()
    {
        _projects.With("one.bst", "kind: junction\nsources: [{kind: local, path: sub-one}]\nconfig: {overrides: {a.bst: mine.bst}}\n")
            .With("mine.bst", "kind: manual\nvariables: {from: mine}\n")
            .With("sub-one/b.bst", "kind: stack\ndepends: [a.bst]\n");

        var dependency = Assert.Single((await _projects.LoadAsync("one.bst:b.bst")).Dependencies).Element;

        Assert.Equal("mine.bst", dependency.FullName);
    }

    [Fact]
    public async Task A_subprojects_junction_is_replaced_by_that_of_the_project_above()
    {
        _projects.With("outer.bst", "kind: junction\nsources: [{kind: local, path: outer}]\nconfig: {overrides: {sub.bst: two.bst}}\n")
            .With("outer/project.conf", "name: outer\nmin-version: 2.0\n")
            .With("outer/sub.bst", "kind: junction\nsources: [{kind: local, path: not-there}]\n")
            .With("outer/b.bst", "kind: stack\ndepends: ['sub.bst:a.bst']\n");

        var dependency = Assert.Single((await _projects.LoadAsync("outer.bst:b.bst")).Dependencies).Element;

        Assert.Equal("two.bst:a.bst", dependency.FullName);
    }
}
