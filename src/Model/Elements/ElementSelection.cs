using System.Collections.Immutable;
using Bistro.Model.Python;

namespace Bistro.Model.Elements;

/// <summary>The elements that a command works on: targets and dependencies without the excepted ones, in an order.</summary>
/// <param name="Dependencies"><c>all</c>, <c>build</c>, <c>run</c> or <c>none</c>.</param>
/// <param name="Order"><c>stage</c> (dependencies first) or <c>alpha</c>.</param>
public sealed record ElementSelection(string Dependencies = "all", string Order = "stage")
{
    public static ImmutableArray<string> DependencyModes { get; } = ["all", "build", "run", "none"];

    public static ImmutableArray<string> Orders { get; } = ["stage", "alpha"];

    /// <exception cref="ArgumentException">There is no such mode or order.</exception>
    public IReadOnlyList<Element> Of(IReadOnlyList<Element> targets, IReadOnlyList<Element> except)
    {
        var selected = Without(Select(targets), targets, except);
        return Order switch
        {
            "stage" => selected,
            // By the name without the junction, as BuildStream compares elements.
            "alpha" => [.. selected.OrderBy(element => element.Name, CodePointOrder.Instance)],
            _ => throw new ArgumentException($"'{Order}' is not an order of elements: use one of {string.Join(", ", Orders)}."),
        };
    }

    private List<Element> Select(IReadOnlyList<Element> targets) => Dependencies switch
    {
        "all" => Closure.All(targets),
        "run" => Closure.Runtime(targets),
        "build" => Closure.Build(targets.SelectMany(target => target.Dependencies)),
        "none" => [.. targets.Distinct()],
        _ => throw new ArgumentException($"'{Dependencies}' is not a set of dependencies: use one of {string.Join(", ", DependencyModes)}."),
    };

    /// <summary>
    /// Removes what is reached only through excepted elements. An excepted element outside of what the targets reach counts by
    /// the first elements on its own paths that the targets reach too; a target below one of those stays.
    /// </summary>
    private static List<Element> Without(
        List<Element> selected, IReadOnlyList<Element> targets, IReadOnlyList<Element> except)
    {
        if (except.Count == 0)
            return selected;
        var reached = Closure.All(targets).ToHashSet();
        var border = Reach(except, stopsAt: reached.Contains).Where(reached.Contains).ToHashSet();
        var kept = Reach([.. targets.Where(target => !border.Contains(target))], stopsAt: _ => false, passesOver: border.Contains);
        return [.. selected.Where(kept.Contains)];
    }

    private static HashSet<Element> Reach(
        IEnumerable<Element> from, Func<Element, bool> stopsAt, Func<Element, bool>? passesOver = null)
    {
        var seen = from.ToHashSet();
        var waiting = new Stack<Element>(seen);
        while (waiting.TryPop(out var element))
        {
            if (stopsAt(element))
                continue;
            foreach (var dependency in element.Dependencies)
                if (passesOver?.Invoke(dependency.Element) != true && seen.Add(dependency.Element))
                    waiting.Push(dependency.Element);
        }
        return seen;
    }
}
