using Bistro.Builder.Artifacts;
using Bistro.Model.Elements;

namespace Bistro.Builder.Builds;

/// <summary>The states of elements in the store at one moment. It looks each element up once.</summary>
public sealed class StoreSnapshot(ElementArtifacts artifacts)
{
    private readonly Dictionary<Element, Artifact?> _found = [];
    private readonly Dictionary<Element, string> _strongKeys = [];

    public CacheState StateOf(Element element)
    {
        if (Find(element) is not null)
            return CacheState.Cached;
        return artifacts.HasFailed(element, element.Keys.Strict) || artifacts.HasFailed(element, StrongKeyOf(element))
            ? CacheState.Failed
            : CacheState.Absent;
    }

    /// <summary>The element's artifact, or null.</summary>
    public Artifact? Find(Element element)
    {
        if (!_found.TryGetValue(element, out var artifact))
            _found.Add(element, artifact = artifacts.Find(element));
        return artifact;
    }

    /// <summary>The key that the element's artifact has or, built on what is there now, would have.</summary>
    public string StrongKeyOf(Element element)
    {
        if (element.Project.IsStrict)
            return element.Keys.Strict;
        if (!_strongKeys.ContainsKey(element))
            foreach (var needed in Closure.All(element))
                if (!_strongKeys.ContainsKey(needed))
                    _strongKeys.Add(needed, Find(needed)?.StrongKey ?? needed.Keys.Strong(dependency => _strongKeys[dependency]));
        return _strongKeys[element];
    }
}
