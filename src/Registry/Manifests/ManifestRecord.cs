using Bistro.Model.Content;
using Bistro.Registry.Names;

namespace Bistro.Registry.Manifests;

/// <summary>A pushed manifest.</summary>
/// <param name="Digest">The digest of its bytes in the store.</param>
/// <param name="Name">The digest that the client uses.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Tags">The tags that refer to it after this push.</param>
public sealed record ManifestRecord(Digest Digest, OciDigest Name, int Size, ManifestContent Content, IReadOnlyList<string> Tags);

/// <summary>The database entry of a manifest in a repository.</summary>
/// <param name="Name">The digest for responses, in the algorithm used for the push of the tag.</param>
public readonly record struct ManifestEntry(Digest Digest, OciDigest Name, string MediaType);
