namespace Bistro.Conformance.Builds;

/// <summary>How integration commands run.</summary>
public sealed class IntegrationTests : IAsyncDisposable
{
    private readonly BuildFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Integration_commands_run_in_staging_order_with_their_own_environment()
    {
        foreach (var (name, depends) in new[] { ("one", "[base.bst]"), ("two", "[one.bst]") })
            _fixture.Element($"{name}.bst", $"""
                kind: stack
                depends: {depends}
                environment:
                  ME: {name}
                public:
                  bst:
                    integration-commands:
                    - echo $ME $(pwd) >> /order
                """);
        _fixture.Element("a.bst", "kind: manual\nbuild-depends: [two.bst]\nconfig:\n  install-commands: [\"cp /order %{install-root}; echo me=$ME >> %{install-root}/order\"]\n");
        Assert.Equal(["/order = one /\ntwo /\nme="], await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task A_base_is_integrated_once_for_all_that_are_built_on_it()
    {
        _fixture.Element("i.bst", "kind: stack\ndepends: [base.bst]\npublic:\n  bst:\n    integration-commands: [\"cat /proc/sys/kernel/random/uuid > /once\"]\n");
        foreach (var name in new[] { "a", "b" })
            _fixture.Element($"{name}.bst", "kind: manual\nbuild-depends: [i.bst]\nconfig:\n  install-commands: [\"cp /once %{install-root}\"]\n");
        Assert.Equal(await _fixture.BuildAsync("a.bst"), await _fixture.BuildAsync("b.bst"));
    }
}
