using Bistro.Builder.Upkeep;

namespace Bistro.Registry.Upkeep;

/// <summary>How the store is kept small: the section <c>cache</c> of <c>bistro.yaml</c>.</summary>
public sealed record CacheOptions
{
    public CollectionOptions Collection { get; init; } = CollectionOptions.Default;

    /// <summary>What was pushed but belongs to no manifest, and uploads that were not finished, go after this time; default a day.</summary>
    public TimeSpan UploadExpiry { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Between two collections of a server; zero for a server that never collects. Default an hour.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromHours(1);
}
