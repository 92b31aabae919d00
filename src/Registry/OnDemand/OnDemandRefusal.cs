using System.Globalization;
using Bistro.Registry.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace Bistro.Registry.OnDemand;

/// <summary>Answers a client for which there is no image, or not yet.</summary>
public static class OnDemandRefusal
{
    private const int LongestReasonPhrase = 200;

    /// <param name="context">The request; its headers say how patient the client is.</param>
    /// <param name="answer">Any but <see cref="OnDemandAnswer.Found"/>.</param>
    /// <param name="patience">The client's.</param>
    /// <param name="absent">The answer for something that does not exist.</param>
    public static Task WriteAsync(HttpContext context, OnDemandAnswer answer, ClientPatience patience, OciError absent)
    {
        var retryAfter = answer switch
        {
            OnDemandAnswer.StillCooking cooking => cooking.RetryAfter,
            OnDemandAnswer.Unavailable unavailable => unavailable.RetryAfter,
            _ => default(TimeSpan?),
        };
        if (retryAfter is { } pause)
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        // containerd asks with HEAD, whose answer has no body, and shows the reason phrase.
        if (answer is OnDemandAnswer.Failed { Failure: var failure } && patience.BuildFailed == Refusal.BuildFailedAsDenied
            && context.Features.Get<IHttpResponseFeature>() is { } response)
            response.ReasonPhrase = failure.ToLine(LongestReasonPhrase);
        return ErrorResponse.WriteAsync(context, answer switch
        {
            OnDemandAnswer.StillCooking => new OciError(patience.ComeAgain, "The image is being built. Ask again to continue waiting."),
            OnDemandAnswer.Unavailable { Message: var message } => new OciError(patience.ComeAgain, message),
            OnDemandAnswer.Failed failed => new OciError(patience.BuildFailed, failed.Failure.ToMessage()),
            OnDemandAnswer.MayNotBuild => new OciError(Refusal.Denied, "The image is not built yet, and you may not cause builds."),
            OnDemandAnswer.Unknown { Message: { } message } => absent with { Message = message },
            _ => absent,
        });
    }
}
