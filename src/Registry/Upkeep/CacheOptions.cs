using Bistro.Builder.Upkeep;

namespace Bistro.Registry.Upkeep;

/// <summary>How the size of the store is limited: the section <c>cache</c> of <c>bistro.yaml</c>.</summary>
public sealed record CacheOptions
{
    public CollectionOptions Collection { get; init; } = CollectionOptions.Default;

    /// <summary>The time after which pushed blobs without a manifest and unfinished uploads are removed; default a day.</summary>
    public TimeSpan UploadExpiry { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The time between two garbage collections of a server; zero for none. Default an hour.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromHours(1);
}
