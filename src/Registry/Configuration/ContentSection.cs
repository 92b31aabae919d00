using Bistro.Model.Yaml;
using Bistro.Registry.Repositories;

namespace Bistro.Registry.Configuration;

/// <summary>Reads <c>content:</c> and the sizes of <c>limits:</c>: which content the registry accepts, and what can be deleted.</summary>
internal static class ContentSection
{
    // distribution-spec, Pushing Manifests: registries should accept at least 4 MB. Common indexes do not fit into less than this.
    private const int SmallestManifestLimit = 64 << 10;

    public static ContentRules Read(MappingNode root, ConfigurationScope scope)
    {
        var content = scope.Section(root, "content", "sparse", "chunk-min-length", "delete-tags", "delete-manifests", "delete-blobs");
        var limits = root["limits"] as MappingNode ?? MappingNode.Empty;
        var defaults = new ContentRules();
        return new ContentRules
        {
            MaxManifestBytes = scope.Check(() => limits.Bytes("manifest", defaults.MaxManifestBytes, SmallestManifestLimit), 1),
            MaxBlobBytes = scope.Check(() => limits.OptionalBytes("blob"), null),
            MinChunkBytes = scope.Check(() => content.Bytes("chunk-min-length", defaults.MinChunkBytes, 0), 0),
            AllowSparse = scope.Check(() => content.Bool("sparse", defaults.AllowSparse), false),
            AllowTagDelete = scope.Check(() => content.Bool("delete-tags", defaults.AllowTagDelete), false),
            AllowManifestDelete = scope.Check(() => content.Bool("delete-manifests", defaults.AllowManifestDelete), false),
            AllowBlobDelete = scope.Check(() => content.Bool("delete-blobs", defaults.AllowBlobDelete), false),
        };
    }
}
