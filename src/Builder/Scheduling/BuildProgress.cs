using Bistro.Builder.Errors;
using Bistro.Model.Elements;

namespace Bistro.Builder.Scheduling;

/// <summary>Where an element's job stands. A job goes down this list, and may leave steps out.</summary>
public enum BuildState
{
    /// <summary>It waits for its dependencies or for a free builder.</summary>
    Queued,

    /// <summary>Its sources are being fetched, maybe while its dependencies are built.</summary>
    Fetching,

    Building,

    /// <summary>It was in the store already, or another process built it meanwhile.</summary>
    Cached,

    Built,

    Failed,

    /// <summary>Not built, because something it needs failed or the run was stopped.</summary>
    Skipped,
}

/// <summary>An element's job changed its state.</summary>
/// <param name="Element">The element.</param>
/// <param name="State">Its new state.</param>
/// <param name="Elapsed">Since the request began.</param>
/// <param name="Duration">How long it has been fetched or built, whichever it is or was last.</param>
/// <param name="Counts">All jobs of the request, this one included.</param>
/// <param name="Failure">Why it failed or was skipped; null otherwise.</param>
public sealed record BuildProgress(
    Element Element, BuildState State, TimeSpan Elapsed, TimeSpan Duration, BuildCounts Counts, BuildException? Failure);

/// <summary>How many elements of a request are in which state.</summary>
/// <param name="Total">All that the request needs.</param>
/// <param name="Done">In the store now, <paramref name="Cached"/> ones included.</param>
/// <param name="Cached">Of these, how many were not built.</param>
/// <param name="Running">Being fetched or built.</param>
/// <param name="Failed">Failed, or skipped because of a failure.</param>
public readonly record struct BuildCounts(int Total, int Done, int Cached, int Running, int Failed)
{
    public int ToGo => Total - Done - Running - Failed;
}
