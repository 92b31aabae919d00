using System.Net;

namespace Bistro.Builder.Sources;

/// <summary>Which redirects a download follows.</summary>
internal static class Redirects
{
    private const int Maximum = 20;

    /// <summary>Where a response redirects to; null when it does not.</summary>
    /// <param name="response">The response.</param>
    /// <param name="from">The URL of its request.</param>
    public static Uri? TargetOf(HttpResponseMessage response, Uri from) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location
        && Uri.TryCreate(from, location, out var target)
            ? target
            : null;

    /// <summary>Why a redirect is not followed, with its URL; null when it is.</summary>
    /// <param name="from">The URL that redirects.</param>
    /// <param name="to">Where it leads.</param>
    /// <param name="count">How many redirects were followed before.</param>
    public static string? FindFault(Uri from, Uri to, int count)
    {
        var target = SourceUrl.WithoutCredentials(to.ToString());
        if (to.Scheme is not ("http" or "https"))
            return $"the server redirects to {target}, and only http and https URLs are followed.";
        if (from.Scheme == "https" && to.Scheme == "http")
            return $"the server redirects from https to {target}, which is not encrypted.";
        return count >= Maximum ? $"the server redirects more than {Maximum} times, at last to {target}." : null;
    }
}
