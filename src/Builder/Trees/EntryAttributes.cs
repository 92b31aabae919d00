using System.Collections.Immutable;
using System.Globalization;

namespace Bistro.Builder.Trees;

/// <summary>
/// The mode, owner and extended attributes of an entry of an image. Artifacts have none of these. The tree of an image's
/// filesystem keeps them as node properties, so that comparing two such trees finds entries that differ only here.
/// </summary>
public sealed record EntryAttributes
{
    /// <summary>The extended attribute that holds file capabilities.</summary>
    public const string Capability = "security.capability";

    /// <summary>The mode of directories and of executable files: 0755.</summary>
    public const int ExecutableMode = 0x1ED;

    /// <summary>The mode of other files: 0644.</summary>
    public const int PlainMode = 0x1A4;

    /// <summary>All permission bits: 07777.</summary>
    public const int ModeBits = 0xFFF;

    private const string OwnerProperty = "unix.uid";
    private const string GroupProperty = "unix.gid";
    private const string XattrPrefix = "xattr.";

    public static EntryAttributes None { get; } = new();

    /// <summary>Permission bits; null for those that the kind of the entry implies.</summary>
    public int? Mode { get; init; }

    /// <summary>Null means 0.</summary>
    public uint? Owner { get; init; }

    /// <summary>Null means 0.</summary>
    public uint? Group { get; init; }

    /// <summary>Values in base64, by name.</summary>
    public ImmutableSortedDictionary<string, string> Xattrs { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public bool IsEmpty => Mode is null && Owner is null && Group is null && Xattrs.IsEmpty;

    public static EntryAttributes Of(NodeProperties? properties)
    {
        if (properties is null)
            return None;
        var xattrs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var attributes = new EntryAttributes { Mode = (int?)(properties.Mode & ModeBits) };
        foreach (var (name, value) in properties.Values)
        {
            if (name == OwnerProperty)
                attributes = attributes with { Owner = Number(value) };
            else if (name == GroupProperty)
                attributes = attributes with { Group = Number(value) };
            else if (name.StartsWith(XattrPrefix, StringComparison.Ordinal))
                xattrs[name[XattrPrefix.Length..]] = value;
        }
        return xattrs.Count == 0 ? attributes : attributes with { Xattrs = xattrs.ToImmutable() };
    }

    /// <summary>Whether an archive has the same attributes for two entries.</summary>
    /// <param name="other">The attributes of the other entry.</param>
    /// <param name="mode">The mode that this entry has unless its attributes say otherwise.</param>
    /// <param name="otherMode">The same of the other entry.</param>
    public bool IsWrittenAs(EntryAttributes other, int mode, int otherMode) =>
        (Mode ?? mode) == (other.Mode ?? otherMode) && (Owner ?? 0) == (other.Owner ?? 0) && (Group ?? 0) == (other.Group ?? 0)
        && Xattrs.SequenceEqual(other.Xattrs);

    /// <summary>The properties of a tree node; null when there is nothing to say.</summary>
    public NodeProperties? ToProperties()
    {
        if (IsEmpty)
            return null;
        var values = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        if (Group is { } group)
            values.Add(KeyValuePair.Create(GroupProperty, group.ToString(CultureInfo.InvariantCulture)));
        if (Owner is { } owner)
            values.Add(KeyValuePair.Create(OwnerProperty, owner.ToString(CultureInfo.InvariantCulture)));
        foreach (var (name, value) in Xattrs)
            values.Add(KeyValuePair.Create(XattrPrefix + name, value));
        return new NodeProperties(values.DrainToImmutable(), Mode: (uint?)Mode);
    }

    private static uint? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
