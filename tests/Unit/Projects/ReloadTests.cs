using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Loading;

namespace Bistro.Unit.Projects;

/// <summary>A loader that is asked again does again what a change touches, and nothing else.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly LittleProjects _projects = new();
    private readonly ProjectLoader _loader;

    public ReloadTests()
    {
        _projects.With("project.conf", "name: top\nmin-version: 2.0\nvariables: {(@): shared.yml}\n")
            .With("shared.yml", "shared: one\n")
            .With("part.yml", "variables: {part: one}\n")
            .With("base.bst", "kind: manual\n")
            .With("files/a", "one")
            .With("local.bst", "kind: import\nsources: [{kind: local, path: files}]\n")
            .With("includes.bst", "kind: manual\n(@): part.yml\n")
            .With("user.bst", "kind: manual\nbuild-depends: [base.bst]\n")
            .With("top.bst", "kind: stack\ndepends: [user.bst, local.bst, includes.bst]\n");
        _loader = _projects.Loader();
    }

    public void Dispose() => _projects.Dispose();

    [Fact]
    public async Task Nothing_changed_gives_the_same_elements() =>
        Assert.Same(await TopAsync(), await TopAsync());

    [Fact]
    public async Task A_changed_element_and_what_depends_on_it_are_new_and_no_others()
    {
        var before = await ElementsAsync();
        _projects.With("base.bst", "kind: manual\nvariables: {new: variable}\nconfig: {build-commands: ['%{new}']}\n");

        var after = await ElementsAsync();

        Assert.Equal(["base.bst", "top.bst", "user.bst"], Changed(before, after));
        Assert.NotEqual(before["user.bst"].Keys.Strict, after["user.bst"].Keys.Strict);
    }

    [Fact]
    public async Task A_changed_file_of_a_local_source_changes_the_element_that_has_it()
    {
        var before = await ElementsAsync();
        _projects.With("files/a", "another");

        Assert.Equal(["local.bst", "top.bst"], Changed(before, await ElementsAsync()));
    }

    [Fact]
    public async Task A_changed_include_reaches_the_elements_that_include_it()
    {
        var before = await ElementsAsync();
        _projects.With("part.yml", "variables: {part: another}\n");

        var after = await ElementsAsync();

        Assert.Equal("another", LittleProjects.Variable(after["includes.bst"], "part"));
        Assert.Equal(before["base.bst"].Keys.Strict, after["base.bst"].Keys.Strict);
    }

    [Fact]
    public async Task A_changed_include_of_project_conf_reaches_every_element()
    {
        await ElementsAsync();
        _projects.With("shared.yml", "shared: another\n");

        Assert.All((await ElementsAsync()).Values, element => Assert.Equal("another", LittleProjects.Variable(element, "shared")));
    }

    [Fact]
    public async Task A_changed_element_behind_a_junction_leaves_the_others_there_as_they_are()
    {
        _projects.With("sub.bst", "kind: junction\nsources: [{kind: local, path: sub}]\n")
            .With("sub/project.conf", "name: sub\nmin-version: 2.0\n")
            .With("sub/a.bst", "kind: manual\n")
            .With("sub/b.bst", "kind: manual\n");
        var before = await LoadAsync();
        _projects.With("sub/b.bst", "kind: manual\nvariables: {new: variable}\n");

        var after = await LoadAsync();

        Assert.Same(before.Targets[0], after.Targets[0]);
        Assert.Equal("variable", LittleProjects.Variable(after.Targets[1], "new"));

        Task<LoadedProject> LoadAsync() =>
            _loader.LoadAsync(["sub.bst:a.bst", "sub.bst:b.bst"], TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_mistake_is_forgotten_once_it_is_mended()
    {
        var before = await TopAsync();
        var text = await File.ReadAllTextAsync(Path.Combine(_projects.Directory, "base.bst"), TestContext.Current.CancellationToken);
        _projects.With("base.bst", "kind: manual\nunknown: member\n");
        await Assert.ThrowsAsync<LoadException>(TopAsync);
        _projects.With("base.bst", text);

        Assert.Equal(before.Keys.Strict, (await TopAsync()).Keys.Strict);
    }

    [Fact]
    public async Task An_element_that_was_missing_is_found_once_it_is_there()
    {
        _projects.With("top.bst", "kind: stack\ndepends: [late.bst]\n");
        await Assert.ThrowsAsync<LoadException>(TopAsync);
        _projects.With("late.bst", "kind: stack\n");

        Assert.Equal("late.bst", Assert.Single((await TopAsync()).Dependencies).Element.Name);
    }

    private async Task<Element> TopAsync() => (await _loader.LoadAsync(["top.bst"], TestContext.Current.CancellationToken)).Targets[0];

    private async Task<Dictionary<string, Element>> ElementsAsync() =>
        Closure.All(await TopAsync()).ToDictionary(element => element.Name, StringComparer.Ordinal);

    private static IEnumerable<string> Changed(Dictionary<string, Element> before, Dictionary<string, Element> after) =>
        after.Values.Where(element => before[element.Name] != element).Select(element => element.Name).Order(StringComparer.Ordinal);
}
