namespace Bistro.Registry.Http;

/// <summary>The <c>Link</c> header to the rest of a list (RFC 5988).</summary>
public static class PageLink
{
    /// <param name="path">Path and query, escaped, without the prefix of the registry.</param>
    public static string Next(HttpContext context, string path) => $"<{context.Request.PathBase}{path}>; rel=\"next\"";
}
