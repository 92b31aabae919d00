using Bistro.Builder.Images;
using Bistro.Model.Elements;

namespace Bistro.Registry.OnDemand;

/// <summary>The element that an image's name refers to.</summary>
public abstract record ImageLookup
{
    private ImageLookup()
    {
    }

    public sealed record Found(ImageSource Source) : ImageLookup
    {
        public Element Element => Source.Element;
    }

    /// <summary>The project has no such element.</summary>
    public sealed record Missing : ImageLookup;

    /// <summary>A part of the project that the image needs contains a mistake or cannot be read.</summary>
    public sealed record Broken(ProjectMistake Mistake) : ImageLookup;

    /// <summary>The sources of a junction cannot be fetched now. A later request tries again.</summary>
    /// <param name="Message">The junction, the source and the cause.</param>
    /// <param name="RetryAfter">When the next attempt is due.</param>
    public sealed record Unavailable(string Message, TimeSpan RetryAfter) : ImageLookup;
}
