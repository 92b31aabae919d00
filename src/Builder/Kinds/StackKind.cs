using Bistro.Builder.Builds;
using Bistro.Builder.Trees;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Keys;

namespace Bistro.Builder.Kinds;

/// <summary><c>stack</c>: a name for its dependencies, with no content of its own.</summary>
public sealed class StackKind() : ElementKind("stack")
{
    public override ElementTraits Traits { get; } = new() { RunsCommands = false, HasArtifact = false, ForbidsSources = true };

    public override IElementConfiguration Configure(ElementDraft element)
    {
        foreach (var dependency in element.Dependencies)
            if (!dependency.IsBuild || !dependency.IsRuntime)
                throw new LoadException(
                    LoadErrorReason.InvalidData, element.Provenance,
                    $"All dependencies of a 'stack' must be both build and runtime dependencies; '{dependency.Path}' is not. " +
                    "Declare them under 'depends', without a 'type'.");
        return new StackConfiguration();
    }
}

/// <summary>A <c>stack</c> has nothing to configure: whatever <c>config</c> holds is ignored, as BuildStream does.</summary>
public sealed record StackConfiguration : IBuildable
{
    public KeyValue UniqueKey => 1;

    public Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken) =>
        Task.FromResult(new ElementOutput(TreeStore.Empty.Hash));
}
