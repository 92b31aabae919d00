namespace Bistro.Model.Sources;

/// <summary>A resolved source of an element.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Configuration">What the kind read; Builder's <c>IFetchable</c> fetches and stages it.</param>
/// <param name="Directory">Where below the build root it is staged; null for the build root itself.</param>
/// <param name="Index">Its place among the element's sources, from 0.</param>
/// <param name="Draft">What it was read from: the place that <c>bistro source track</c> writes a new ref to.</param>
public sealed record Source(ISourceKind Kind, ISourceConfiguration Configuration, string? Directory, int Index, SourceDraft Draft);
