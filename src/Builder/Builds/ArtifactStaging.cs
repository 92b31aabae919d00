using System.Collections.Immutable;
using Bistro.Builder.Errors;
using Bistro.Builder.Sandbox;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;

namespace Bistro.Builder.Builds;

/// <summary>Staging the artifacts that a build stands on: laid over one another in their order, overlaps told, then integrated.</summary>
internal static class ArtifactStaging
{
    private const string Phase = "stage";

    /// <summary>Stages dependencies where the layout places them, each with its runtime dependencies. The root is integrated.</summary>
    public static async Task<ImmutableArray<StagedTree>> StageAsync(this ElementBuild build, StagingLayout layout, CancellationToken cancellationToken)
    {
        ImmutableArray<StagedTree> trees = [];
        foreach (var location in layout.Locations)
        {
            var elements = Closure.Runtime(location.Entries.Select(entry => entry.Element));
            var tree = await build.LayAsync(elements, location.Path, cancellationToken);
            if (location.Path == StagingLayout.Root)
                tree = await build.IntegrateAsync(tree, elements, cancellationToken);
            trees = trees.Add(new StagedTree(location.Path, tree));
        }
        build.CheckLocations(trees);
        return trees;
    }

    /// <summary>Lays the elements' artifacts over one another.</summary>
    /// <param name="build">What they are staged for.</param>
    /// <param name="elements">In staging order.</param>
    /// <param name="location">Where they will stand: for messages.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<Digest> LayAsync(
        this ElementBuild build, IReadOnlyList<Element> elements, string location, CancellationToken cancellationToken)
    {
        try
        {
            var result = await build.Trees.MergeAsync([.. elements.Select(element => new TreeLayer(build.Artifact(element)))], cancellationToken);
            build.TellOverlaps(result, elements, location);
            return result.Tree;
        }
        catch (TreeException exception)
        {
            throw new BuildException(build.Element.FullName, Phase, $"The dependencies of {build.Element.FullName} do not fit together: {exception.Message}", exception);
        }
    }

    private static void TellOverlaps(this ElementBuild build, MergeResult result, IReadOnlyList<Element> elements, string location)
    {
        var whitelists = elements.Select(element => new Lazy<ImmutableArray<GlobPattern>>(() => build.Public(element).OverlapWhitelist())).ToArray();
        string[] overlaps =
        [
            .. from overlap in result.Overlaps
               // The bottom one lies over nothing.
               let guilty = overlap.Layers.Skip(1).Where(layer => !whitelists[layer].Value.Any(pattern => pattern.Matches(overlap.Path))).ToArray()
               where guilty.Length > 0
               select $"{At(overlap.Path)}: {Names(guilty, " and ")} may not overlap other elements; order: {Names(overlap.Layers.Reverse(), " above ")}",
        ];
        if (overlaps.Length > 0)
            build.Warn("overlaps", "Files of one element replace those of another, without an 'overlap-whitelist':", overlaps);
        if (!result.Unstaged.IsEmpty)
            build.Warn(
                "unstaged-files",
                "Files are not staged, since they would replace directories that are not empty:",
                [.. result.Unstaged.Select(file => $"{At(file.Path)} of {elements[file.Layer].FullName}")]);

        string At(string path) => location == StagingLayout.Root ? path : location.TrimEnd('/') + path;
        string Names(IEnumerable<int> layers, string separator) => string.Join(separator, layers.Select(layer => elements[layer].FullName));
    }

    /// <summary>What stands at one location may cover what another one brings to the same path.</summary>
    private static void CheckLocations(this ElementBuild build, ImmutableArray<StagedTree> trees)
    {
        if (trees.Length < 2)
            return;
        var result = build.Trees.BeginDraft().Merge([.. trees.Select(tree => new TreeLayer(tree.Tree, tree.Path))]);
        if (!result.Overlaps.IsEmpty)
            build.Warn(
                "overlaps",
                "Files that are staged at one location replace those of another:",
                [.. result.Overlaps.Select(overlap => $"{overlap.Path}: staged at {string.Join(", then ", overlap.Layers.Select(layer => trees[layer].Path))}")]);
    }

    /// <summary>Writes a warning to the log.</summary>
    /// <exception cref="BuildException">The project counts such warnings as errors (<c>fatal-warnings</c>).</exception>
    private static void Warn(this ElementBuild build, string token, string message, string[] details)
    {
        var text = $"{message}\n  {string.Join("\n  ", details)}";
        if (build.Element.Project.FatalWarnings.Contains(token))
            throw new BuildException(build.Element.FullName, Phase, $"{build.Element.FullName}: {text} (fatal-warnings: {token})");
        build.Say($"warning: {text}");
    }
}
