using Bistro.Builder.Builds;
using Bistro.Builder.Errors;
using Bistro.Builder.Trees;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Keys;

namespace Bistro.Builder.Kinds;

/// <summary><c>import</c>: the element's sources as they are, or a folder of them, under another path if wanted.</summary>
public sealed class ImportKind() : ElementKind("import")
{
    public override ElementTraits Traits { get; } = new() { RunsCommands = false };

    public override IElementConfiguration Configure(ElementDraft element)
    {
        element.Config.ExpectKeys("source", "target");
        if (element.SourceCount == 0)
            throw new LoadException(LoadErrorReason.InvalidData, element.Provenance, "An 'import' element needs at least one source.");
        return new ImportConfiguration(element.Config.Text("source"), element.Config.Text("target"));
    }
}

/// <summary>What an <c>import</c> takes and where it goes.</summary>
/// <param name="SourcePath">The folder of the staged sources that becomes the artifact.</param>
/// <param name="TargetPath">Where it stands in the artifact.</param>
public sealed record ImportConfiguration(string SourcePath, string TargetPath) : IBuildable
{
    public KeyValue UniqueKey => KeyValue.Of(("source", SourcePath), ("target", TargetPath));

    public async Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken)
    {
        if (build.Trees.Subtree(build.Sources, SourcePath) is not { } tree || tree == TreeStore.Empty.Hash)
            throw new BuildException(
                build.Element.FullName, "assemble", $"{build.Element.FullName}: the sources have no files in '{SourcePath}' (config: source).");
        var result = await build.Trees.MergeAsync([new TreeLayer(tree, TargetPath)], cancellationToken);
        return new ElementOutput(result.Tree);
    }
}
