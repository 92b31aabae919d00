using Microsoft.Extensions.Primitives;

namespace Bistro.Registry.Http;

/// <summary>Conditional requests (RFC 9110, section 13): an entity tag is the quoted digest, so equal tags are equal bytes.</summary>
public static class EntityTags
{
    /// <summary>Whether <c>If-None-Match</c> contains the tag, which means that the client already has the content.</summary>
    public static bool Matches(StringValues ifNoneMatch, string entityTag)
    {
        foreach (var line in ifNoneMatch)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var tag = line.AsSpan()[range].Trim();
                if (tag.StartsWith("W/", StringComparison.Ordinal))
                    tag = tag[2..];
                if (tag is "*" || tag.SequenceEqual(entityTag))
                    return true;
            }
        }

        return false;
    }
}
