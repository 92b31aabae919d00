using Bistro.Builder.Content;

namespace Bistro.Builder.Upkeep;

/// <summary>What a collection may take.</summary>
public sealed record CollectionOptions
{
    public static CollectionOptions Default { get; } = new();

    /// <summary>
    /// How long garbage stays after it was last written or claimed, because its writer may be about to refer to it.
    /// At least twice <see cref="ContentStore.ClaimPrecision"/>; by default an hour.
    /// </summary>
    public TimeSpan Grace
    {
        get;
        init => field = value >= 2 * ContentStore.ClaimPrecision
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), $"Garbage must stay for at least {2 * ContentStore.ClaimPrecision}.");
    } = TimeSpan.FromHours(1);

    /// <summary>Bytes that objects may take on the disk; null for no limit.</summary>
    public long? Quota { get; init; }

    /// <summary>The part of the quota above which things are evicted; by default 0.9.</summary>
    public double HighWatermark { get; init; } = 0.9;

    /// <summary>The part of the quota that is left then; by default 0.75.</summary>
    public double LowWatermark { get; init; } = 0.75;
}

/// <summary>What a collection did, or would do.</summary>
/// <param name="Evicted">Things that are removed to meet the quota, the least valuable first.</param>
/// <param name="RemovedObjects">The number of objects that are removed.</param>
/// <param name="RemovedBytes">The disk space that they take.</param>
/// <param name="KeptObjects">The number of objects that stay.</param>
/// <param name="KeptBytes">The disk space that they take.</param>
public sealed record CollectionReport(
    IReadOnlyList<HeldContent> Evicted, long RemovedObjects, long RemovedBytes, long KeptObjects, long KeptBytes);
