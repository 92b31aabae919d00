using Bistro.Model.Elements;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Builds;

/// <summary>The build dependencies of an element as its kind is shown them.</summary>
internal static class DependencyConfigs
{
    /// <summary>Each build dependency in the loader's order, once for each <c>config</c> that was written for it; once without when none was.</summary>
    public static IEnumerable<(Dependency Dependency, MappingNode? Config)> BuildDependencies(this ElementDraft element)
    {
        foreach (var dependency in element.Dependencies)
        {
            if (!dependency.IsBuild)
                continue;
            if (dependency.Configs.IsEmpty)
                yield return (dependency, null);
            foreach (var config in dependency.Configs)
                yield return (dependency, config);
        }
    }
}
