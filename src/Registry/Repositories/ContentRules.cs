namespace Bistro.Registry.Repositories;

/// <summary>What the registry takes in and lets be deleted.</summary>
public sealed record ContentRules
{
    /// <summary>Bytes; the specification asks for at least 4 MB.</summary>
    public int MaxManifestBytes { get; init; } = 4 << 20;

    /// <summary>Bytes of one blob, or null for no limit but the disk.</summary>
    public long? MaxBlobBytes { get; init; }

    /// <summary>Bytes that each chunk of an upload but the last should have, told to clients; 0 for any.</summary>
    public int MinChunkBytes { get; init; }

    /// <summary>Whether a manifest is taken whose blobs or manifests are not all in its repository.</summary>
    public bool AllowSparse { get; init; } = true;

    public bool AllowTagDelete { get; init; } = true;

    public bool AllowManifestDelete { get; init; } = true;

    public bool AllowBlobDelete { get; init; } = true;
}
