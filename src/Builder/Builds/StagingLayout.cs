using System.Collections.Immutable;
using Bistro.Model.Elements;
using Bistro.Model.Keys;
using Bistro.Model.Python;

namespace Bistro.Builder.Builds;

/// <summary>Where in the sandbox build dependencies are staged, as <c>config: {location}</c> of each says.</summary>
public sealed class StagingLayout(ImmutableArray<StagingLocation> locations)
{
    public const string Root = "/";

    /// <summary>Sorted by path, so that a folder is staged before what lies in it.</summary>
    public ImmutableArray<StagingLocation> Locations { get; } = locations;

    /// <summary>Whether everything is staged at the root: nothing to tell the key of a build element.</summary>
    public bool IsPlain => Locations.All(location => location.Path is Root or "");

    public KeyValue Key => KeyMembers.Of(
        Locations, location => location.Path, location => KeyValue.Of(location.Entries.Select(entry => entry.Label)));

    /// <summary>Reads <c>location</c> from each dependency's <c>config</c>, which may hold the given members only.</summary>
    public static StagingLayout Read(ElementDraft element, params ReadOnlySpan<string> members)
    {
        var entries = new List<(string Location, StagingEntry Entry)>();
        foreach (var (dependency, config) in element.BuildDependencies())
        {
            config?.ExpectKeys(members);
            entries.Add((config?.OptionalText("location") ?? Root, new StagingEntry(dependency.Element, dependency.Path)));
        }
        return Of(entries);
    }

    public static StagingLayout Of(IEnumerable<(string Location, StagingEntry Entry)> entries) => new(
    [
        .. entries
            .GroupBy(entry => entry.Location, entry => entry.Entry, StringComparer.Ordinal)
            .OrderBy(group => group.Key, CodePointOrder.Instance)
            .Select(group => new StagingLocation(group.Key, [.. group])),
    ]);
}

/// <summary>A path of the sandbox, and what is staged there with its runtime dependencies, in the loader's order.</summary>
public sealed record StagingLocation(string Path, ImmutableArray<StagingEntry> Entries);

/// <summary>An element that is staged.</summary>
/// <param name="Element">What is staged.</param>
/// <param name="Label">What the key calls it: the dependency as written.</param>
public sealed record StagingEntry(Element Element, string Label);
