using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Bistro.Registry.Names;

/// <summary>A reference to a manifest: a tag or a digest.</summary>
public abstract record Reference
{
    private const int MaxTagLength = 128;

    private static readonly SearchValues<char> TagCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    private Reference()
    {
    }

    /// <summary>The reference's form in a URL.</summary>
    public abstract string Text { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out Reference? reference)
    {
        reference = OciDigest.TryParse(text, out var digest) ? new ByDigest(digest) : IsTag(text) ? new ByTag(text) : null;
        return reference is not null;
    }

    /// <summary>Whether the text is a tag: <c>[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}</c>.</summary>
    public static bool IsTag(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxTagLength && text[0] is not ('.' or '-') && text.IndexOfAnyExcept(TagCharacters) < 0;

    public sealed override string ToString() => Text;

    /// <summary>A name that can be moved to another manifest.</summary>
    public sealed record ByTag(string Name) : Reference
    {
        public override string Text => Name;
    }

    /// <summary>A digest always refers to the same manifest.</summary>
    public sealed record ByDigest(OciDigest Digest) : Reference
    {
        public override string Text => Digest.Text;
    }
}
