using System.Globalization;
using Bistro.Registry.Errors;

namespace Bistro.Registry.OnDemand;

/// <summary>What a client is told when there is no image for it, or not yet.</summary>
public static class OnDemandRefusal
{
    /// <param name="context">The request; its headers say how patient the client is.</param>
    /// <param name="answer">Any but <see cref="OnDemandAnswer.Found"/>.</param>
    /// <param name="patience">The client's.</param>
    /// <param name="absent">What is said of something that is just not there.</param>
    public static Task WriteAsync(HttpContext context, OnDemandAnswer answer, ClientPatience patience, OciError absent)
    {
        if (answer is OnDemandAnswer.StillCooking cooking)
            context.Response.Headers.RetryAfter = Math.Max(1, (long)cooking.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return ErrorResponse.WriteAsync(context, answer switch
        {
            OnDemandAnswer.StillCooking => new OciError(patience.ComeAgain, "The image is being built; ask again to go on waiting."),
            OnDemandAnswer.Failed failed => new OciError(Refusal.BuildFailed, failed.Failure.ToMessage()),
            OnDemandAnswer.MayNotBuild => new OciError(Refusal.Denied, "The image is not built yet, and you may not cause builds."),
            OnDemandAnswer.Unknown { Message: { } message } => absent with { Message = message },
            _ => absent,
        });
    }
}
