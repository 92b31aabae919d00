using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Kinds;
using Bistro.Builder.Sources.Mirrors;
using Bistro.Model.Elements;
using Bistro.Model.Loading;

namespace Bistro.Unit.Projects;

/// <summary>A load ends where it is interrupted, and leaves nothing that the next one would stumble over.</summary>
public sealed class InterruptionTests : IDisposable
{
    private readonly LittleProjects _projects = new();

    public void Dispose() => _projects.Dispose();

    [Fact]
    public async Task A_load_that_is_interrupted_ends_and_can_be_done_again()
    {
        using var source = new CancellationTokenSource();
        var kinds = new KindCatalog([.. ElementKinds.All, new InterruptingKind(source)], SourceKinds.All, SourceMirrorKinds.All);
        var loader = new ProjectLoader(_projects.Request, kinds);
        _projects.With("project.conf", "name: top\nmin-version: 2.0\n")
            .With("a.bst", "kind: manual\ndepends: [b.bst]\n")
            .With("b.bst", "kind: interrupt\n");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loader.LoadAsync(["a.bst"], source.Token));

        var again = await loader.LoadAsync(["a.bst"], TestContext.Current.CancellationToken);
        Assert.True(again.Targets[0].Keys.AreResolved);
    }

    /// <summary>A kind whose elements interrupt the load while they are read, like Ctrl-C.</summary>
    private sealed class InterruptingKind(CancellationTokenSource source) : IElementKind
    {
        public string Name => "interrupt";

        public ElementTraits Traits { get; } = new();

        public string? Defaults => null;

        public IElementConfiguration Configure(ElementDraft element)
        {
            source.Cancel();
            return new StackConfiguration();
        }
    }
}
