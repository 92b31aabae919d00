using System.Net;

namespace Bistro.Builder.Sources;

/// <summary>Explains redirects that the HTTP client does not follow.</summary>
internal static class Redirects
{
    /// <summary>Why the client stopped at a redirect, with its URL; null when the response is not a redirect.</summary>
    public static string? Explain(HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            return null;
        var from = response.RequestMessage!.RequestUri!;
        if (response.Headers.Location is not { } location)
            return $"the server redirects to nowhere ({(int)response.StatusCode} without a Location).";
        var to = location.IsAbsoluteUri ? location : new Uri(from, location);
        var target = SourceUrl.WithoutCredentials(to.ToString());
        if (to.Scheme is not ("http" or "https"))
            return $"the server redirects to {target}, and only http and https URLs are followed.";
        return from.Scheme == "https" && to.Scheme == "http"
            ? $"the server redirects to {target}, and https is not left for http."
            : $"the server redirects too often, at last to {target}.";
    }
}
