using Bistro.Registry.Names;

namespace Bistro.Registry.OnDemand;

/// <summary>A request for an image that may need a build.</summary>
/// <param name="MaxWait">How long the request may wait for a build.</param>
/// <param name="MayBuild">Whether the caller may start a build; otherwise it gets only images that are already built.</param>
public sealed record OnDemandRequest(RepositoryName Repository, Reference Reference, TimeSpan MaxWait, bool MayBuild);
