using System.Collections;
using System.Collections.Immutable;
using Bistro.Model.Elements;

namespace Bistro.Builder.Images.Automatic;

/// <summary>Elements whose files share a layer.</summary>
/// <param name="Elements">Indexes into the closure, in staging order.</param>
/// <param name="Name">The name of the layer in the image's history.</param>
internal sealed record LayerGroup(ImmutableArray<int> Elements, string Name);

/// <summary>
/// Chooses the layers of a composed image. A few elements get a layer each, so that images share the layers of their common
/// elements. Of many elements, the large ones that others depend on get a layer each, and the rest shares one.
/// </summary>
internal static class LayerPlan
{
    /// <summary>Clients accept more (overlay filesystems allow about 125), but each layer costs them a request.</summary>
    public const int MaxLayers = 40;

    /// <param name="closure">The image's elements in staging order. The last is the element of the image, which always has a layer of its own.</param>
    /// <param name="sizes">The bytes that each element contributes. Elements without any get no layer.</param>
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

    // An element with many dependants is in many images; sharing it saves more the larger it is.
    private static IEnumerable<int> Rank(IReadOnlyList<Element> closure, IReadOnlyList<long> sizes, List<int> needs)
    {
        var dependants = CountDependants(closure);
        return needs.OrderByDescending(index => (decimal)dependants[index] * sizes[index]);
    }

    /// <summary>For each element, the number of elements in the closure that need it to run, directly or indirectly.</summary>
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
