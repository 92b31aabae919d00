namespace Bistro.Model.Elements;

/// <summary>Which elements are staged to build or run an element, in staging order.</summary>
public static class Closure
{
    /// <summary>The elements that are staged for a build: the build dependencies, each after its runtime dependencies.</summary>
    public static IEnumerable<Element> Build(Element element) => Build(element.Dependencies);

    /// <inheritdoc cref="Build(Element)"/>
    public static List<Element> Build(IEnumerable<Dependency> dependencies) => Build(dependencies, new Walk());

    /// <summary>The same; the list is valid until the walk is used again.</summary>
    internal static List<Element> Build(IEnumerable<Dependency> dependencies, Walk walk)
    {
        walk.Clear();
        foreach (var dependency in dependencies)
            if (dependency.IsBuild)
                walk.VisitRuntime(dependency.Element);
        return walk.Order;
    }

    /// <summary>The element after its runtime dependencies.</summary>
    public static List<Element> Runtime(params IEnumerable<Element> elements)
    {
        var walk = new Walk();
        foreach (var element in elements)
            walk.VisitRuntime(element);
        return walk.Order;
    }

    /// <summary>The elements and all their dependencies, dependencies first.</summary>
    public static List<Element> All(params IEnumerable<Element> elements)
    {
        var walk = new Walk();
        foreach (var element in elements)
            walk.VisitAll(element);
        return walk.Order;
    }

    /// <summary>Depth first, each element once, on an explicit stack, because chains are as long as projects are large.</summary>
    internal sealed class Walk
    {
        private readonly HashSet<Element> _seen = [];
        private readonly Stack<(Element Element, int Next)> _path = new();

        public List<Element> Order { get; } = [];

        public void Clear()
        {
            _seen.Clear();
            Order.Clear();
        }

        public void VisitRuntime(Element element)
        {
            if (!_seen.Add(element))
                return;
            _path.Push((element, 0));
            while (_path.TryPop(out var step))
            {
                var (current, next) = step;
                var dependencies = current.Dependencies;
                while (next < dependencies.Length && !(dependencies[next].IsRuntime && _seen.Add(dependencies[next].Element)))
                    next++;
                if (next == dependencies.Length)
                {
                    Order.Add(current);
                    continue;
                }
                _path.Push((current, next + 1));
                _path.Push((dependencies[next].Element, 0));
            }
        }

        /// <summary>As <see cref="VisitRuntime"/>, but over all dependencies, those of the build first.</summary>
        public void VisitAll(Element element)
        {
            if (!_seen.Add(element))
                return;
            _path.Push((element, 0));
            while (_path.TryPop(out var step))
            {
                var (current, next) = step;
                var dependencies = current.Dependencies;
                // Numbers from the length on are the second round, with the runtime dependencies.
                var end = 2 * dependencies.Length;
                while (next < end && !(IsInRound(dependencies, next) && _seen.Add(dependencies[next % dependencies.Length].Element)))
                    next++;
                if (next == end)
                {
                    Order.Add(current);
                    continue;
                }
                _path.Push((current, next + 1));
                _path.Push((dependencies[next % dependencies.Length].Element, 0));
            }
        }

        private static bool IsInRound(System.Collections.Immutable.ImmutableArray<Dependency> dependencies, int next) =>
            next < dependencies.Length ? dependencies[next].IsBuild : dependencies[next - dependencies.Length].IsRuntime;
    }
}
