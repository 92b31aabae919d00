using Bistro.Model.Errors;

namespace Bistro.Model.Loading;

/// <summary>The elements that a load found, as nodes: no circles among them, and the dependencies of each in BuildStream's order.</summary>
internal sealed class ElementGraph
{
    private ElementGraph(IReadOnlyList<ElementNode> targets, IReadOnlyList<ElementNode> order)
    {
        Targets = targets;
        Order = order;
    }

    public IReadOnlyList<ElementNode> Targets { get; }

    /// <summary>Every node after its dependencies.</summary>
    public IReadOnlyList<ElementNode> Order { get; }

    /// <exception cref="LoadException">A target or a dependency cannot be loaded, or there is a circle.</exception>
    public static ElementGraph Load(LoadingProject top, IEnumerable<string> paths)
    {
        var targets = new List<ElementNode>();
        foreach (var path in paths)
        {
            try
            {
                targets.Add(top.Elements.LoadPath(path, null));
            }
            catch (LoadException exception)
            {
                top.Session.Errors.Add(exception);
            }
        }
        top.Session.Errors.ThrowIfAny();
        var order = Number(targets);
        DependencyOrder.Sort(order);
        return new ElementGraph(targets, order);
    }

    /// <summary>Numbers the nodes so that dependencies come first.</summary>
    private static List<ElementNode> Number(IEnumerable<ElementNode> targets)
    {
        var order = new List<ElementNode>();
        var path = new Stack<(ElementNode Node, int Next)>();
        var onPath = new HashSet<ElementNode>();
        foreach (var target in targets)
        {
            if (target.Number < 0 && onPath.Add(target))
                path.Push((target.Close(), 0));
            while (path.TryPop(out var step))
            {
                var (node, next) = step;
                if (next == node.Edges.Length)
                {
                    node.Number = order.Count;
                    order.Add(node);
                    onPath.Remove(node);
                    continue;
                }
                path.Push((node, next + 1));
                var dependency = node.Edges[next].Element;
                if (dependency.Number >= 0)
                    continue;
                if (!onPath.Add(dependency))
                    throw Circular(dependency, path.Select(entry => entry.Node));
                path.Push((dependency.Close(), 0));
            }
        }
        return order;
    }

    private static LoadException Circular(ElementNode node, IEnumerable<ElementNode> path)
    {
        var circle = path.TakeWhile(other => other != node).Reverse().Prepend(node).Append(node).ToArray();
        var back = circle[^2].Edges.First(edge => edge.Element == node);
        return new LoadException(
            LoadErrorReason.CircularDependency,
            back.Written.Provenance,
            $"Circular dependency detected at element: {node.FullName}: {Circle.Describe(circle.Select(other => other.FullName))}");
    }
}
