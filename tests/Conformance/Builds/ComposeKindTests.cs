using Bistro.Builder.Errors;

namespace Bistro.Conformance.Builds;

/// <summary>What <c>compose</c> and <c>filter</c> take of other elements.</summary>
public sealed class ComposeKindTests : IAsyncDisposable
{
    private readonly BuildFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Compose_lays_its_dependencies_over_one_another()
    {
        _fixture.Files("x.bst", "x", ("usr/bin/x", "x"), ("usr/share/doc/x", "doc"));
        _fixture.Files("y.bst", "y", ("usr/include/y.h", "y"));
        _fixture.Element("c.bst", "kind: compose\nbuild-depends: [x.bst, y.bst]\n");
        Assert.Equal(["/usr/bin/x = x", "/usr/include/y.h = y", "/usr/share/doc/x = doc"], await _fixture.BuildAsync("c.bst"));
    }

    // Directories are of domains too: /usr/share is of none, so it stays, empty, where orphans do.
    [Theory]
    [InlineData("include: [runtime]", "/orphan = o", "/usr/bin/x = x", "/usr/share/")]
    [InlineData("include: [runtime]\n  include-orphans: false", "/usr/bin/x = x")]
    [InlineData("exclude: [doc, devel]", "/orphan = o", "/usr/bin/x = x", "/usr/share/")]
    [InlineData("include: [runtime, doc]\n  exclude: [doc]\n  include-orphans: false", "/usr/bin/x = x")]
    public async Task Compose_keeps_the_chosen_domains(string choice, params string[] expected)
    {
        _fixture.Files("x.bst", "x", ("usr/bin/x", "x"), ("usr/share/doc/x", "doc"), ("usr/include/x.h", "h"), ("orphan", "o"));
        _fixture.Element("c.bst", $"kind: compose\nbuild-depends: [x.bst]\nconfig:\n  {choice}\n");
        Assert.Equal(expected, await _fixture.BuildAsync("c.bst"));
    }

    [Fact]
    public async Task Compose_integrates_and_keeps_what_that_made()
    {
        _fixture.Files("x.bst", "x", ("etc/x", "x"));
        _fixture.Element("i.bst", """
            kind: import
            sources:
            - kind: local
              path: x
            public:
              bst:
                integration-commands:
                - echo "$(cat /etc/x) integrated" > /etc/made
                overlap-whitelist: ["/etc/x"]
            """);
        _fixture.Element("c.bst", "kind: compose\nbuild-depends: [base.bst, i.bst]\nconfig:\n  include: [runtime]\n  include-orphans: false\n");
        Assert.Equal(["/dev/", "/etc/made = x integrated", "/proc/", "/tmp/"], await _fixture.BuildAsync("c.bst"));
    }

    [Fact]
    public async Task Compose_without_integration_runs_nothing()
    {
        _fixture.Files("x.bst", "x", ("etc/x", "x"));
        _fixture.Element("i.bst", "kind: stack\npublic:\n  bst:\n    integration-commands: [\"touch /made\"]\n");
        _fixture.Element("c.bst", "kind: compose\nbuild-depends: [i.bst, x.bst]\nconfig:\n  integrate: false\n");
        Assert.Equal(["/etc/x = x"], await _fixture.BuildAsync("c.bst"));
    }

    [Fact]
    public async Task Filter_lets_chosen_domains_of_its_parent_through()
    {
        _fixture.Files("x.bst", "x", ("usr/bin/x", "x"), ("usr/share/doc/x", "doc"), ("orphan", "o"));
        _fixture.Element("f.bst", "kind: filter\nbuild-depends: [x.bst]\nconfig:\n  include: [doc]\n");
        _fixture.Element("g.bst", "kind: filter\nbuild-depends: [x.bst]\nconfig:\n  exclude: [doc]\n  include-orphans: true\n");
        Assert.Equal(["/usr/share/doc/x = doc"], await _fixture.BuildAsync("f.bst"));
        Assert.Equal(["/orphan = o", "/usr/bin/x = x", "/usr/share/"], await _fixture.BuildAsync("g.bst"));
    }

    [Fact]
    public async Task Filter_by_a_domain_that_its_parent_lacks_names_the_place()
    {
        _fixture.Files("x.bst", "x", ("usr/bin/x", "x"));
        _fixture.Element("f.bst", "kind: filter\nbuild-depends: [x.bst]\nconfig:\n  include:\n  - nonsense\n");
        var exception = await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("f.bst"));
        Assert.Equal("elements/f.bst:5:3: x.bst has no domain 'nonsense'; it has debug, devel, doc, locale, runtime.", exception.Message);
    }

    [Theory]
    [InlineData(true, "parent own")]
    [InlineData(false, "own")]
    public async Task Filter_may_pass_the_parent_s_integration_on(bool passes, string expected)
    {
        _fixture.Write("x/usr/bin/x", "x");
        _fixture.Element("x.bst", """
            kind: import
            sources:
            - kind: local
              path: x
            public:
              bst:
                integration-commands:
                - echo -n "parent " >> /order
            """);
        _fixture.Element("f.bst", $$"""
            kind: filter
            build-depends: [x.bst]
            config:
              pass-integration: {{passes}}
            public:
              bst:
                integration-commands:
                - echo own >> /order
            """);
        _fixture.Element("a.bst", "kind: manual\nbuild-depends: [base.bst, f.bst]\nconfig:\n  install-commands: [\"cp /order %{install-root}\"]\n");
        Assert.Equal([$"/order = {expected}"], await _fixture.BuildAsync("a.bst"));
    }
}
