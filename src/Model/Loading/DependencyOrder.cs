using Bistro.Model.Python;

namespace Bistro.Model.Loading;

/// <summary>
/// Sorts the dependencies of each element: what depends on another comes after it, what is only needed at runtime comes last,
/// else names decide. Staging order and keys follow from it.
/// </summary>
internal static class DependencyOrder
{
    /// <param name="order">Every node after its dependencies, numbered.</param>
    public static void Sort(IReadOnlyList<ElementNode> order)
    {
        // Direct and indirect dependencies: one row of bits per node.
        var words = (order.Count + 63) / 64;
        var reach = new ulong[order.Count][];
        foreach (var node in order)
        {
            var row = reach[node.Number] = new ulong[words];
            foreach (var edge in node.Edges)
            {
                var number = edge.Element.Number;
                row[number / 64] |= 1UL << (number % 64);
                var further = reach[number];
                for (var word = 0; word <= number / 64; word++)
                    row[word] |= further[word];
            }
            if (node.Edges.Length > 1)
                MergeSort<ElementNode.Edge>.Sort(node.Edges, Compare);
        }

        bool Depends(ElementNode node, ElementNode on) => (reach[node.Number][on.Number / 64] >> (on.Number % 64) & 1) != 0;

        int Compare(ElementNode.Edge left, ElementNode.Edge right)
        {
            if (Depends(left.Element, right.Element))
                return 1;
            if (Depends(right.Element, left.Element))
                return -1;
            var (leftRuntime, rightRuntime) = (IsRuntimeOnly(left), IsRuntimeOnly(right));
            if (leftRuntime != rightRuntime)
                return leftRuntime ? 1 : -1;
            var names = CodePointOrder.Compare(left.Element.Name, right.Element.Name);
            return names != 0 ? names : CompareJunctions(left.Element, right.Element);
        }
    }

    private static bool IsRuntimeOnly(ElementNode.Edge edge) => !edge.Written.IsBuild;

    // Elements behind junctions come first, sorted by the names of the junctions.
    private static int CompareJunctions(ElementNode left, ElementNode right) => (left.Project.Place.Junction, right.Project.Place.Junction) switch
    {
        ({ } a, { } b) => CodePointOrder.Compare(a.Name, b.Name),
        ({ }, null) => -1,
        (null, { }) => 1,
        _ => 0,
    };
}
