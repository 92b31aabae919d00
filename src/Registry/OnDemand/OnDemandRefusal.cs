using System.Globalization;
using Bistro.Registry.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace Bistro.Registry.OnDemand;

/// <summary>Writes the response when there is no image, or not yet.</summary>
public static class OnDemandRefusal
{
    private const int LongestReasonPhrase = 200;

    /// <param name="context">The request; its headers identify the client.</param>
    /// <param name="answer">Any but <see cref="OnDemandAnswer.Found"/>.</param>
    /// <param name="client">The client that sent the request.</param>
    /// <param name="absent">The answer for something that does not exist.</param>
    public static Task WriteAsync(HttpContext context, OnDemandAnswer answer, ClientTraits client, OciError absent)
    {
        var retryAfter = answer switch
        {
            OnDemandAnswer.StillBuilding building => building.RetryAfter,
            OnDemandAnswer.Unavailable unavailable => unavailable.RetryAfter,
            _ => default(TimeSpan?),
        };
        if (retryAfter is { } pause)
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        // containerd sends HEAD, whose response has no body, and shows the reason phrase.
        if (answer is OnDemandAnswer.Failed { Failure: var failure } && client.BuildFailed == Refusal.BuildFailedAsDenied
            && context.Features.Get<IHttpResponseFeature>() is { } response)
            response.ReasonPhrase = failure.ToLine(LongestReasonPhrase);
        return ErrorResponse.WriteAsync(context, answer switch
        {
            OnDemandAnswer.StillBuilding => new OciError(client.RetryLater, "The image is being built. Ask again to continue waiting."),
            OnDemandAnswer.Unavailable { Message: var message } => new OciError(client.RetryLater, message),
            OnDemandAnswer.Failed failed => new OciError(client.BuildFailed, failed.Failure.ToMessage()),
            OnDemandAnswer.MayNotBuild => new OciError(Refusal.Denied, "The image is not built yet, and you may not start builds."),
            OnDemandAnswer.Unknown { Message: { } message } => absent with { Message = message },
            _ => absent,
        });
    }
}
