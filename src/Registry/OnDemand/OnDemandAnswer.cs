using Bistro.Model.Content;

namespace Bistro.Registry.OnDemand;

/// <summary>What became of a request for an image of a project.</summary>
public abstract record OnDemandAnswer
{
    private OnDemandAnswer()
    {
    }

    /// <summary>The image is in the content store under that digest; an index, if it is for several platforms.</summary>
    public sealed record Found(Digest Manifest, string MediaType) : OnDemandAnswer;

    /// <summary>The repository falls under no project.</summary>
    public sealed record NotMine : OnDemandAnswer;

    /// <summary>The build is running still, longer than the client can be kept waiting.</summary>
    public sealed record StillCooking(TimeSpan RetryAfter) : OnDemandAnswer;

    /// <summary>The build failed. See <see cref="BuildFailure"/> for how it is told.</summary>
    public sealed record Failed(BuildFailure Failure) : OnDemandAnswer;

    /// <summary>The project has no such image, or no such tag of it.</summary>
    /// <param name="Message">What was looked for, in a sentence for the person who pulls; null for a plain "not found".</param>
    public sealed record Unknown(string? Message) : OnDemandAnswer;

    /// <summary>The image would have to be built, and the caller may not cause builds.</summary>
    public sealed record MayNotBuild : OnDemandAnswer;
}
