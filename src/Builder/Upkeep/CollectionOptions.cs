using Bistro.Builder.Content;

namespace Bistro.Builder.Upkeep;

/// <summary>What a collection may take.</summary>
public sealed record CollectionOptions
{
    public static CollectionOptions Default { get; } = new();

    /// <summary>
    /// Garbage stays this long after it was last written or claimed, since its writer may be about to refer to it.
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
/// <param name="Evicted">Things that are forgotten to meet the quota, the least valuable first.</param>
/// <param name="RemovedObjects">How many objects go.</param>
/// <param name="RemovedBytes">Their room on the disk.</param>
/// <param name="KeptObjects">How many stay.</param>
/// <param name="KeptBytes">Their room on the disk.</param>
public sealed record CollectionReport(
    IReadOnlyList<HeldContent> Evicted, long RemovedObjects, long RemovedBytes, long KeptObjects, long KeptBytes);
