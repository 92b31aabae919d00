using Bistro.Model.Elements;

namespace Bistro.Registry.OnDemand;

/// <summary>What a name of a project's image stands for.</summary>
public abstract record ImageLookup
{
    private ImageLookup()
    {
    }

    public sealed record Found(Element Element) : ImageLookup;

    /// <summary>The project has no element of that name.</summary>
    public sealed record Missing : ImageLookup;

    /// <summary>The project is wrong where the image needs it, or cannot be read.</summary>
    public sealed record Broken(ProjectMistake Mistake) : ImageLookup;

    /// <summary>It cannot be known at present: a junction's sources cannot be fetched. A later request tries again.</summary>
    /// <param name="Message">The junction, the source and the cause.</param>
    /// <param name="RetryAfter">When the next attempt is due.</param>
    public sealed record Unavailable(string Message, TimeSpan RetryAfter) : ImageLookup;
}
