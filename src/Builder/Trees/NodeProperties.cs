using System.Collections.Immutable;

namespace Bistro.Builder.Trees;

/// <summary>What a node has beyond its content: rarely anything, since times and owners would only tell trees apart that are alike.</summary>
/// <param name="Values">Named values in the order of their names.</param>
/// <param name="ModificationTime">Null unless it matters (workspaces).</param>
/// <param name="Mode">Permission bits, or null.</param>
public sealed record NodeProperties(ImmutableArray<KeyValuePair<string, string>> Values, (long Seconds, int Nanoseconds)? ModificationTime = null, uint? Mode = null)
{
    public bool Equals(NodeProperties? other) =>
        other is not null && ModificationTime == other.ModificationTime && Mode == other.Mode && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Values.Length, ModificationTime, Mode);
}
