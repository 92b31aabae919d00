using System.Collections.Immutable;

namespace Bistro.Model.Elements;

/// <summary>What an element needs, in staging order: whatever an element needs comes before it, each element once.</summary>
public static class ElementClosures
{
    /// <summary>What stands in the sandbox when the element is built: its build dependencies with their runtime closures.</summary>
    public static ImmutableArray<Element> BuildClosure(this Element element) =>
        RuntimeClosure(element.Dependencies.Where(dependency => dependency.IsBuild).Select(dependency => dependency.Element));

    /// <summary>The element and what must be there wherever it is; the element is the last.</summary>
    public static ImmutableArray<Element> RuntimeClosure(this Element element) => RuntimeClosure([element]);

    public static ImmutableArray<Element> RuntimeClosure(this IEnumerable<Element> elements) =>
        Collect(elements, static element => element.Dependencies.Where(dependency => dependency.IsRuntime));

    /// <summary>The elements with everything that they need to be built or to run.</summary>
    public static ImmutableArray<Element> FullClosure(this IEnumerable<Element> elements) =>
        Collect(elements, static element => element.Dependencies
            .Where(dependency => dependency.IsBuild)
            .Concat(element.Dependencies.Where(dependency => !dependency.IsBuild)));

    private static ImmutableArray<Element> Collect(IEnumerable<Element> elements, Func<Element, IEnumerable<Dependency>> needs)
    {
        var visited = new HashSet<Element>(ReferenceEqualityComparer.Instance);
        var order = ImmutableArray.CreateBuilder<Element>();
        foreach (var element in elements)
            Visit(element);
        return order.DrainToImmutable();

        void Visit(Element element)
        {
            if (!visited.Add(element))
                return;
            foreach (var dependency in needs(element))
                Visit(dependency.Element);
            order.Add(element);
        }
    }
}
