using Bistro.Registry.Names;

namespace Bistro.Registry.OnDemand;

/// <summary>A request for an image that may have to be built first.</summary>
/// <param name="Patience">How long the client can be kept waiting for an answer.</param>
/// <param name="MayBuild">Whether the caller may cause a build; others get only what is built already.</param>
public sealed record OnDemandRequest(RepositoryName Repository, Reference Reference, TimeSpan Patience, bool MayBuild);
