using System.Buffers;
using System.Text.Json;

namespace Bistro.Registry.Repositories;

/// <summary>A page of a repository's tags.</summary>
/// <param name="Names">A JSON array in byte order, as UTF-8.</param>
/// <param name="Next">The last tag of this page; null if there is no next page.</param>
public sealed record TagPage(ReadOnlyMemory<byte> Names, string? Next)
{
    /// <summary>The page of at most <paramref name="count"/> tags after <paramref name="last"/>.</summary>
    public static TagPage Of(IEnumerable<string> tags, string? last, int count)
    {
        var rest = tags.Where(tag => string.CompareOrdinal(tag, last) > 0).Order(StringComparer.Ordinal).Take(count + 1).ToList();
        var shown = rest.Take(count).ToList();
        return new TagPage(ToJson(shown), rest.Count > count ? shown.LastOrDefault() : null);
    }

    private static ReadOnlyMemory<byte> ToJson(List<string> tags)
    {
        var names = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(names);
        json.WriteStartArray();
        foreach (var tag in tags)
            json.WriteStringValue(tag);
        json.WriteEndArray();
        json.Flush();
        return names.WrittenMemory;
    }
}
