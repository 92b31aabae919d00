using System.Collections.Immutable;
using Bistro.Builder.Errors;

namespace Bistro.Builder.Scheduling;

/// <summary>How a request for several elements ended.</summary>
/// <param name="Counts">All elements that it needed.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Failures">Each failed element once; empty when everything is there.</param>
public sealed record BuildReport(BuildCounts Counts, TimeSpan Elapsed, ImmutableArray<BuildException> Failures)
{
    public bool IsComplete => Counts.Done == Counts.Total;
}
