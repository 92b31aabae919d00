using Microsoft.Extensions.Primitives;

namespace Bistro.Registry.Http;

/// <summary>
/// The media types that a client accepts, from all its <c>Accept</c> lines (RFC 9110, section 12.5.1). Clients send one line with
/// commas, or one line per type. A client without <c>Accept</c> accepts everything.
/// </summary>
public readonly struct Accepted(StringValues lines)
{
    /// <summary>Whether the client accepts that type. Only the weight <c>q=0</c>, which excludes a type, matters here.</summary>
    public bool Includes(string mediaType)
    {
        if (StringValues.IsNullOrEmpty(lines))
            return true;
        var included = false;
        foreach (var line in lines)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var entry = line.AsSpan()[range].Trim();
                if (!Matches(Type(entry), mediaType))
                    continue;
                if (!IsRefused(entry))
                    included = true;
                else if (Type(entry).Equals(mediaType, StringComparison.OrdinalIgnoreCase))
                    return false;
            }
        }

        return included;
    }

    private static ReadOnlySpan<char> Type(ReadOnlySpan<char> entry) =>
        entry.IndexOf(';') is var parameters and >= 0 ? entry[..parameters].TrimEnd() : entry;

    private static bool Matches(ReadOnlySpan<char> type, string mediaType) =>
        type is "*/*" or "application/*" || type.Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    private static bool IsRefused(ReadOnlySpan<char> entry)
    {
        foreach (var range in entry.Split(';'))
        {
            var parameter = entry[range].Trim();
            if (parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase))
                return parameter[2..].TrimEnd("0.").IsEmpty;
        }

        return false;
    }
}
