using Bistro.Model.Content;
using Bistro.Registry.Names;

namespace Bistro.Registry.Manifests;

/// <summary>A manifest that a client has pushed.</summary>
/// <param name="Digest">The name of its bytes in the store.</param>
/// <param name="Name">The digest that the client knows it by.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Tags">The tags that shall name it, from this push on.</param>
public sealed record ManifestRecord(Digest Digest, OciDigest Name, int Size, ManifestContent Content, IReadOnlyList<string> Tags);

/// <summary>What is kept of a manifest in a repository, found by a tag or a digest.</summary>
/// <param name="Name">The digest to answer with, in the algorithm in which the tag was pushed.</param>
public readonly record struct ManifestEntry(Digest Digest, OciDigest Name, string MediaType);
