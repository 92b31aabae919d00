namespace Bistro.Builder.Sources;

/// <summary>URLs as messages show them.</summary>
internal static class SourceUrl
{
    private const string SchemeEnd = "://";

    /// <summary>The URL without its user and password.</summary>
    public static string WithoutCredentials(string url)
    {
        if (url.IndexOf(SchemeEnd, StringComparison.Ordinal) is not (>= 0 and var scheme))
            return url;
        var start = scheme + SchemeEnd.Length;
        var end = url.AsSpan(start).IndexOfAny('/', '?', '#') is >= 0 and var length ? start + length : url.Length;
        return url[start..end].LastIndexOf('@') is >= 0 and var at ? url[..start] + url[(start + at + 1)..] : url;
    }
}
