namespace Bistro.Registry.Repositories;

/// <summary>Which content the registry accepts, and what can be deleted.</summary>
public sealed record ContentRules
{
    /// <summary>In bytes; the specification requires at least 4 MB.</summary>
    public int MaxManifestBytes { get; init; } = 4 << 20;

    /// <summary>In bytes; null for no limit except the disk.</summary>
    public long? MaxBlobBytes { get; init; }

    /// <summary>Minimum size in bytes that clients are asked to use for all chunks of an upload except the last; 0 for any.</summary>
    public int MinChunkBytes { get; init; }

    /// <summary>Whether to accept manifests that refer to content which the repository does not have.</summary>
    public bool AllowSparse { get; init; } = true;

    public bool AllowTagDelete { get; init; } = true;

    public bool AllowManifestDelete { get; init; } = true;

    public bool AllowBlobDelete { get; init; } = true;
}
