using Bistro.Builder.Errors;
using Bistro.Model.Content;

namespace Bistro.Registry.OnDemand;

/// <summary>The result of a request for an image of a project.</summary>
public abstract record OnDemandAnswer
{
    private OnDemandAnswer()
    {
    }

    /// <summary>The image is in the content store under that digest; an index, if it is for several platforms.</summary>
    public sealed record Found(Digest Manifest, string MediaType) : OnDemandAnswer;

    /// <summary>The repository does not belong to a project.</summary>
    public sealed record NotMine : OnDemandAnswer;

    /// <summary>The build is still running, longer than the client waits.</summary>
    public sealed record StillBuilding(TimeSpan RetryAfter) : OnDemandAnswer;

    /// <summary>The build failed, or the project contains a mistake.</summary>
    public sealed record Failed(BuildFailure Failure) : OnDemandAnswer;

    /// <summary>Something that the image needs cannot be fetched now. A later request tries again.</summary>
    /// <param name="Message">What cannot be fetched, and why.</param>
    /// <param name="RetryAfter">When the next attempt is due.</param>
    public sealed record Unavailable(string Message, TimeSpan RetryAfter) : OnDemandAnswer;

    /// <summary>The project has no such image, or the image no such tag.</summary>
    /// <param name="Message">A sentence for the user; null for a plain "not found".</param>
    public sealed record Unknown(string? Message) : OnDemandAnswer;

    /// <summary>The image is not built, and the caller may not start builds.</summary>
    public sealed record MayNotBuild : OnDemandAnswer;
}

/// <summary>The result of a request for the tags of a project's repository.</summary>
public abstract record OnDemandTags
{
    private OnDemandTags()
    {
    }

    /// <summary>In any order.</summary>
    public sealed record Listed(IReadOnlyCollection<string> Tags) : OnDemandTags;

    /// <summary>There are no tags to list, for this reason.</summary>
    public sealed record Refused(OnDemandAnswer Why) : OnDemandTags;
}
