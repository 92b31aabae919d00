namespace Bistro.Registry.Http;

/// <summary>The <c>Link</c> header to the rest of a list (RFC 5988).</summary>
public static class PageLink
{
    /// <param name="url">Path and query, escaped.</param>
    public static string Next(string url) => $"<{url}>; rel=\"next\"";
}
