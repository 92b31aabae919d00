using Bistro.Model.Content;

namespace Bistro.Builder.Content;

/// <summary>
/// An object that something refers to is not in the store: it was collected, or it was corrupt and is quarantined.
/// Callers that can make it again do so.
/// </summary>
public sealed class ContentMissingException(Digest digest)
#pragma warning disable RS0030 // I/O failed.
    : IOException($"The store does not have {digest} any more. Build it again, or run `bistro scrub` to see what is missing.")
#pragma warning restore RS0030
{
    public Digest Digest { get; } = digest;
}
