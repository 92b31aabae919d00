using Bistro.Model.Content;
using Bistro.Model.Sources;

namespace Bistro.Model.Elements;

/// <summary>The state of an element in an artifact cache.</summary>
public enum CacheState
{
    Absent,
    Cached,
    Failed,
}

/// <summary>Tells what is already available, for each element that is shown.</summary>
/// <param name="Artifact">The state of an element's artifact.</param>
/// <param name="IsFetched">Whether a source is fetched already.</param>
public sealed record ElementCaches(Func<Element, CacheState> Artifact, Func<Source, bool> IsFetched)
{
    /// <summary>The root of an element's artifact; null if it is not available.</summary>
    public Func<Element, SizedDigest?> Tree { get; init; } = _ => null;

    /// <summary>The key of an element's artifact, or the key that it would get now.</summary>
    public Func<Element, string> StrongKey { get; init; } = element => element.Keys.Strict;

    /// <summary>Nothing is built, and only local sources are fetched.</summary>
    public static ElementCaches Empty { get; } = new(_ => CacheState.Absent, source => source.Configuration.IsLocal);
}

/// <summary>The state of an element, as <c>bst show</c> names it.</summary>
public static class ElementStates
{
    public static string Of(Element element, ElementCaches caches)
    {
        if (!element.Sources.All(source => source.Configuration.IsResolved))
            return "no reference";
        if (element.Kind.Name == JunctionKind.KindName)
            return "junction";
        switch (caches.Artifact(element))
        {
            case CacheState.Cached:
                return "cached";
            case CacheState.Failed:
                return "failed";
        }
        if (!element.Keys.AreResolved)
            return "waiting";
        if (!element.Sources.All(caches.IsFetched))
            return "fetch needed";
        return Closure.Build(element).All(needed => caches.Artifact(needed) == CacheState.Cached) ? "buildable" : "waiting";
    }
}
