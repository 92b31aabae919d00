using Bistro.Builder.Artifacts;
using Bistro.Model.Content;
using Bistro.Model.Elements;

namespace Bistro.Builder.Scheduling;

/// <summary>The steps of one element's build. When and how many at once is the scheduler's to say.</summary>
public interface IElementWork
{
    /// <summary>The element's artifact, or null when the store does not have it.</summary>
    Artifact? Find(Element element);

    /// <summary>Waits until no other process builds the element, and keeps them waiting until disposed.</summary>
    ValueTask<IDisposable> LockAsync(Element element, CancellationToken cancellationToken);

    /// <summary>Fetches the sources and returns them as one tree.</summary>
    /// <exception cref="Errors.SourceException">A source cannot be had.</exception>
    Task<Digest> FetchAsync(Element element, CancellationToken cancellationToken);

    /// <summary>Builds the element, whose build closure is in the store, and keeps the artifact.</summary>
    /// <exception cref="Errors.BuildException">The build failed.</exception>
    Task<Artifact> AssembleAsync(Element element, Digest staged, CancellationToken cancellationToken);
}
