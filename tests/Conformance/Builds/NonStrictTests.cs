using Bistro.Model.Elements;

namespace Bistro.Conformance.Builds;

/// <summary>
/// Builds that are not strict: <c>app</c> is built on <c>lib</c>, <c>firm</c> too, as a strict dependency, and <c>top</c> on
/// <c>app</c>. What a build saw of the library is in its artifact.
/// </summary>
public sealed class NonStrictTests : IAsyncDisposable
{
    private readonly BuildFixture _fixture = new();

    public NonStrictTests()
    {
        Manual("lib.bst", "base.bst", "echo one > %{install-root}/lib");
        Manual("app.bst", "base.bst, lib.bst", "cp /lib %{install-root}/app");
        Manual("firm.bst", "base.bst, {filename: lib.bst, strict: true}", "cp /lib %{install-root}/firm");
        Manual("top.bst", "base.bst, app.bst", "cp /app %{install-root}/top");
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_changed_dependency_rebuilds_its_dependents_only_where_builds_are_strict()
    {
        Assert.Equal(["/app = one"], await _fixture.BuildAsync("app.bst"));
        ChangeLibrary();
        _fixture.IsStrict = false;
        Assert.Equal(["/app = one"], await _fixture.BuildAsync("app.bst"));
        Assert.Single(_fixture.Logs("lib.bst"));
        _fixture.IsStrict = true;
        Assert.Equal(["/app = two"], await _fixture.BuildAsync("app.bst"));
    }

    [Fact]
    public async Task What_is_built_exactly_so_goes_before_what_is_built_alike()
    {
        await _fixture.BuildAsync("app.bst");
        ChangeLibrary();
        await _fixture.BuildAsync("app.bst");
        ChangeLibrary("one");
        _fixture.IsStrict = false;
        Assert.Equal(["/app = one"], await _fixture.BuildAsync("app.bst"));
    }

    [Fact]
    public async Task A_changed_strict_dependency_rebuilds_its_dependents_anyway()
    {
        Assert.Equal(["/firm = one"], await _fixture.BuildAsync("firm.bst"));
        ChangeLibrary();
        _fixture.IsStrict = false;
        Assert.Equal(["/firm = two"], await _fixture.BuildAsync("firm.bst"));
    }

    [Fact]
    public async Task The_strong_key_reflects_the_actual_dependencies_of_a_build()
    {
        var before = await _fixture.LoadAsync("top.bst");
        var app = await _fixture.LoadAsync("app.bst");
        await _fixture.BuildAsync("app.bst");
        ChangeLibrary();
        _fixture.IsStrict = false;
        Assert.Equal(["/top = one"], await _fixture.BuildAsync("top.bst"));

        var top = await _fixture.LoadAsync("top.bst");
        var artifact = _fixture.Builds.Artifacts.Require(top);
        Assert.Equal((before.Keys.Strict, top.Keys.Strict, top.Keys.Weak), (artifact.StrongKey, artifact.StrictKey, artifact.WeakKey));
        Assert.NotEqual(artifact.StrictKey, artifact.StrongKey);
        Assert.Equal(app.Keys.Strict, artifact.BuildDependencies.Single(dependency => dependency.Element == "app.bst").Key);
        // Under that key it is what a strict build of the project as it was takes, and no other.
        Assert.Equal(CacheState.Cached, _fixture.View().StateOf(before));
        _fixture.IsStrict = true;
        Assert.Equal(CacheState.Absent, _fixture.View().StateOf(await _fixture.LoadAsync("top.bst")));
    }

    [Fact]
    public async Task What_is_not_built_yet_has_the_key_that_it_would_get()
    {
        var before = await _fixture.LoadAsync("top.bst");
        await _fixture.BuildAsync("app.bst");
        ChangeLibrary();
        _fixture.IsStrict = false;
        var top = await _fixture.LoadAsync("top.bst");
        Assert.Equal((CacheState.Absent, before.Keys.Strict), (_fixture.View().StateOf(top), _fixture.View().StrongKeyOf(top)));
        await _fixture.BuildAsync("top.bst");
        Assert.Equal((CacheState.Cached, before.Keys.Strict), (_fixture.View().StateOf(top), _fixture.View().StrongKeyOf(top)));
    }

    private void ChangeLibrary(string to = "two") => Manual("lib.bst", "base.bst", $"echo {to} > %{{install-root}}/lib");

    private void Manual(string name, string dependencies, string command) => _fixture.Element(name, $"""
        kind: manual
        build-depends: [{dependencies}]
        config:
          build-commands: ["{command}"]
        """);
}
