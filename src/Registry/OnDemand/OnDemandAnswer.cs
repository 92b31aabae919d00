using Bistro.Model.Content;

namespace Bistro.Registry.OnDemand;

/// <summary>The result of a request for a project's image.</summary>
public abstract record OnDemandAnswer
{
    private OnDemandAnswer()
    {
    }

    /// <summary>The image is in the content store under that digest; an index, if it is for several platforms.</summary>
    public sealed record Found(Digest Manifest, string MediaType) : OnDemandAnswer;

    /// <summary>The repository does not belong to a project.</summary>
    public sealed record NotMine : OnDemandAnswer;

    /// <summary>The build is still running, and the client's maximum wait is over.</summary>
    public sealed record StillCooking(TimeSpan RetryAfter) : OnDemandAnswer;

    /// <summary>The build failed. See <see cref="BuildFailure"/>.</summary>
    public sealed record Failed(BuildFailure Failure) : OnDemandAnswer;

    /// <summary>The project has no such image, or the image no such tag.</summary>
    /// <param name="Message">A sentence for the user; null for a plain "not found".</param>
    public sealed record Unknown(string? Message) : OnDemandAnswer;

    /// <summary>The image is not built, and the caller may not start builds.</summary>
    public sealed record MayNotBuild : OnDemandAnswer;
}
