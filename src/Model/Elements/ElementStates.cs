using Bistro.Model.Content;
using Bistro.Model.Sources;

namespace Bistro.Model.Elements;

/// <summary>What an artifact cache knows of an element.</summary>
public enum CacheState
{
    Absent,
    Cached,
    Failed,
}

/// <summary>What is already there: asked for each element that is shown.</summary>
/// <param name="Artifact">The state of an element's artifact.</param>
/// <param name="IsFetched">Whether a source need not be fetched any more.</param>
public sealed record ElementCaches(Func<Element, CacheState> Artifact, Func<Source, bool> IsFetched)
{
    /// <summary>The root of an element's artifact; null where it is not here.</summary>
    public Func<Element, SizedDigest?> Tree { get; init; } = _ => null;

    /// <summary>The key that an element's artifact has, or would have, built now.</summary>
    public Func<Element, string> StrongKey { get; init; } = element => element.Keys.Strict;

    /// <summary>Nothing is built, and only what is on this disk anyway is fetched.</summary>
    public static ElementCaches Empty { get; } = new(_ => CacheState.Absent, source => source.Configuration.LocalPath is not null);
}

/// <summary>How far an element is, in the words of <c>bst show</c>.</summary>
public static class ElementStates
{
    public static string Of(Element element, ElementCaches caches)
    {
        if (!element.Sources.All(source => source.Configuration.IsResolved))
            return "no reference";
        if (element.Kind.Name == JunctionKind.KindName)
            return "junction";
        if (!element.Keys.AreResolved)
            return "waiting";
        switch (caches.Artifact(element))
        {
            case CacheState.Cached:
                return "cached";
            case CacheState.Failed:
                return "failed";
        }
        if (!element.Sources.All(caches.IsFetched))
            return "fetch needed";
        return Closure.Build(element).All(needed => caches.Artifact(needed) == CacheState.Cached) ? "buildable" : "waiting";
    }
}
