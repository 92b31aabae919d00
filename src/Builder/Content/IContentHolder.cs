using System.Collections.Immutable;

namespace Bistro.Builder.Content;

/// <summary>A service that keeps content. Content that no holder lists and no lease claims is garbage.</summary>
public interface IContentHolder
{
    /// <summary>Everything that is kept, as it is at this moment.</summary>
    IEnumerable<HeldContent> List();

    /// <summary>Forgets things that this holder listed, for good: when this returns, they are off the disk's records.</summary>
    Task ForgetAsync(IReadOnlyList<HeldContent> things, CancellationToken cancellationToken);
}

/// <summary>One thing that is kept: an artifact, a source, an image, a pushed manifest.</summary>
public sealed record HeldContent
{
    /// <summary>What reports call it, and its holder knows it by: <c>artifact project/element/key</c>.</summary>
    public required string Name { get; init; }

    /// <summary>All that it needs.</summary>
    public required ImmutableArray<ContentReference> Content { get; init; }

    /// <summary>When it was last used; null when it may not be evicted, however long ago that was.</summary>
    public DateTimeOffset? LastUse { get; init; }

    /// <summary>How long it takes to make it again.</summary>
    public TimeSpan Cost { get; init; }

    public bool IsEvictable => LastUse is not null;
}
