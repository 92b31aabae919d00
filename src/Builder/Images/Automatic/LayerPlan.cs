using System.Collections;
using System.Collections.Immutable;
using Bistro.Model.Elements;

namespace Bistro.Builder.Images.Automatic;

/// <summary>Elements whose files share a layer.</summary>
/// <param name="Elements">Indexes into the closure, in staging order.</param>
/// <param name="Name">What the image's history calls the layer.</param>
internal sealed record LayerGroup(ImmutableArray<int> Elements, string Name);

/// <summary>
/// Chooses the layers of an image that nobody has described: one an element while there are few, so that images share what
/// they are both made of; otherwise one for each that is large and that much stands on, and one for all the rest.
/// </summary>
internal static class LayerPlan
{
    /// <summary>Clients take more (overlay file systems end at about 125), but each costs them a request.</summary>
    public const int MaxLayers = 40;

    /// <param name="closure">The image's elements in staging order; the last is the image's own and is never put with others.</param>
    /// <param name="sizes">Bytes that each contributes; those without any are left out.</param>
    public static ImmutableArray<LayerGroup> Create(IReadOnlyList<Element> closure, IReadOnlyList<long> sizes)
    {
        var needs = Enumerable.Range(0, closure.Count - 1).Where(index => sizes[index] > 0).ToList();
        var own = needs.Count < MaxLayers ? needs : [.. Rank(closure, sizes, needs).Take(MaxLayers - 2).Order()];
        var rest = needs.Except(own).ToImmutableArray();
        var groups = own.Select(Single).ToList();
        if (!rest.IsEmpty)
            groups.Add(new LayerGroup(rest, $"{rest.Length} elements that {closure[^1].Name} needs"));
        groups.Add(Single(closure.Count - 1));
        return [.. groups];

        LayerGroup Single(int index) => new([index], $"{closure[index].Project.Name}:{closure[index].Name}");
    }

    // What many elements stand on is in many images, and the larger it is, the more sharing it saves.
    private static IEnumerable<int> Rank(IReadOnlyList<Element> closure, IReadOnlyList<long> sizes, List<int> needs)
    {
        var dependants = CountDependants(closure);
        return needs.OrderByDescending(index => (decimal)dependants[index] * sizes[index]);
    }

    /// <summary>How many elements of the closure need each one to run, by whatever way.</summary>
    private static int[] CountDependants(IReadOnlyList<Element> closure)
    {
        var places = closure.Select((element, index) => (element, index)).ToDictionary(place => place.element, place => place.index);
        var needed = new BitArray[closure.Count];
        var counts = new int[closure.Count];
        for (var index = 0; index < closure.Count; index++)
        {
            needed[index] = new BitArray(closure.Count);
            foreach (var dependency in closure[index].Dependencies.Where(dependency => dependency.IsRuntime))
            {
                var place = places[dependency.Element];
                needed[index].Or(needed[place]).Set(place, true);
            }

            for (var place = 0; place < index; place++)
                counts[place] += needed[index][place] ? 1 : 0;
        }

        return counts;
    }
}
