using Bistro.Builder.Builds;
using Bistro.Builder.Kinds.Inventory;
using Bistro.Model.Elements;
using Bistro.Model.Keys;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Kinds;

/// <summary><c>collect_manifest</c> of the community package: what the dependencies were made from, as public data and as a JSON file.</summary>
public sealed class CollectManifestKind() : ElementKind("collect_manifest", KindPackage.Community)
{
    public override ElementTraits Traits { get; } = new()
    {
        Version = 2,
        RunsCommands = false,
        StrictRebuild = true,
        ForbidsRuntimeDependencies = true,
        ForbidsSources = true,
    };

    /// <summary>Members that it does not know are let through, as there.</summary>
    public override IElementConfiguration Configure(ElementDraft element)
    {
        var config = element.Config;
        return new CollectManifestConfiguration
        {
            Path = config.OptionalText("path"),
            IsSpdx = config.OptionalChoice("output-type", "manifest", "spdx") == "spdx",
            UsesSourceProvenance = config.Bool("use-source-provenance", true),
            Spdx = SpdxDocument.Read(config.OptionalMapping("spdx-info") ?? MappingNode.Empty),
        };
    }
}

/// <summary>The manifest to write.</summary>
public sealed record CollectManifestConfiguration : IBuildable
{
    /// <summary>Where the file stands in the artifact; null for none.</summary>
    public required string? Path { get; init; }

    /// <summary>Whether the file is an SPDX document.</summary>
    public required bool IsSpdx { get; init; }

    public required bool UsesSourceProvenance { get; init; }

    public required SpdxDocument Spdx { get; init; }

    public KeyValue UniqueKey
    {
        get
        {
            var key = new KeyMembers().Add("path", Path);
            if (IsSpdx)
                key.Add("output_type", "spdx").Add("spdx_info", Spdx.Key);
            if (UsesSourceProvenance)
                key.Add("source_provenance", true);
            return key.ToKey();
        }
    }

    public async Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken)
    {
        var collection = SourceInventory.Of(build, UsesSourceProvenance);
        var text = PythonJson.Write(IsSpdx ? Spdx.Describe(collection.Infos) : collection.Manifest);
        var output = await build.WriteAsync(
            string.IsNullOrEmpty(Path) ? [] : [new WrittenFile(Path, text, IsExecutable: false)], cancellationToken);
        return output with { Public = collection.AddTo(build.Element.Public) };
    }
}
