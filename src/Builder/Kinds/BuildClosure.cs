using Bistro.Model.Elements;

namespace Bistro.Builder.Kinds;

/// <summary>What is there when an element is built: its build dependencies and, of each, whatever that needs to run.</summary>
internal static class BuildClosure
{
    /// <summary>The names, without junctions, of all elements in the build closure.</summary>
    public static HashSet<string> NamesOf(ElementDraft element)
    {
        var seen = new HashSet<Element>(ReferenceEqualityComparer.Instance);
        var open = new Stack<Element>(element.Dependencies.Where(edge => edge.IsBuild).Select(edge => edge.Element));
        while (open.TryPop(out var next))
            if (seen.Add(next))
                foreach (var edge in next.Dependencies)
                    if (edge.IsRuntime)
                        open.Push(edge.Element);
        return seen.Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
    }
}
