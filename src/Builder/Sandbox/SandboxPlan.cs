using System.Collections.Immutable;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Sandbox;

/// <summary>
/// Which trees are mounted where in a sandbox, and which of them a run may write to. The read-only part is divided so that
/// sandboxes can share it: the trees of the dependencies, apart from the sources and from trees made for one run.
/// </summary>
/// <param name="Root">The tree at <c>/</c>.</param>
/// <param name="IsRootWritable">Whether the run gets its own root.</param>
/// <param name="ReadOnly">Trees that are mounted on the root.</param>
/// <param name="Writable">Trees that are copied for the run.</param>
internal sealed record SandboxPlan(
    Digest Root, bool IsRootWritable, ImmutableArray<StagedTree> ReadOnly, ImmutableArray<StagedTree> Writable)
{
    // Bubblewrap mounts its own file systems here.
    private static readonly ImmutableArray<string> MountPoints = ["/dev", "/proc", "/tmp"];

    /// <exception cref="TreeException">The trees cannot be laid over one another.</exception>
    public static async Task<SandboxPlan> MakeAsync(TreeStore trees, SandboxRequest request, CancellationToken cancellationToken)
    {
        var draft = trees.BeginDraft();
        var staged = request.Trees.Select(tree => tree with { Path = SandboxPath.Normalize(tree.Path) }).ToImmutableArray();
        var needed = request.WritableDirectories.Append(request.WorkingDirectory).Select(SandboxPath.Normalize).ToImmutableArray();
        var writable = Topmost(request.WritableDirectories.Select(SandboxPath.Normalize));

        var plan = writable is ["/"]
            ? new SandboxPlan(WithDirectories(draft, Merge(draft, staged, "/"), needed.AddRange(MountPoints), "/"), true, [], [])
            : Divide(draft, staged, writable, needed);
        foreach (var tree in plan.ReadOnly.Concat(plan.Writable).Select(mount => mount.Tree).Append(plan.Root))
            await draft.CommitAsync(tree, cancellationToken);
        return plan;
    }

    private static SandboxPlan Divide(
        TreeDraft draft, ImmutableArray<StagedTree> staged, ImmutableArray<string> writable, ImmutableArray<string> needed)
    {
        var shared = staged.Where(tree => !writable.Any(directory => SandboxPath.Contains(directory, tree.Path))).ToImmutableArray();
        var root = Merge(draft, [.. shared.Where(tree => tree.Path == "/")], "/");
        var mounted = shared.Where(tree => tree.Path != "/").ToImmutableArray();
        if (!CanMount(draft, root, mounted, writable))
        {
            root = Merge(draft, shared, "/");
            mounted = [];
        }

        var own = writable.Select(directory =>
        {
            ImmutableArray<StagedTree> layers =
            [
                new StagedTree(directory, Subtree(draft, root, TreePath.Split(directory)) ?? TreeStore.Empty.Hash),
                .. staged.Where(tree => SandboxPath.Contains(directory, tree.Path)),
            ];
            return new StagedTree(directory, WithDirectories(draft, Merge(draft, layers, directory), needed, directory));
        }).ToImmutableArray();

        // A mount point below a directory of the shared tree cannot be created once that is mounted: the tree must have it.
        var points = needed.AddRange(mounted.Select(tree => tree.Path))
            .Where(path => !mounted.Any(tree => SandboxPath.Contains(tree.Path, path) && tree.Path != path))
            .Where(path => path != "/" && draft.Read(root).Find(SandboxPath.FirstName(path)) is not null);
        return new SandboxPlan(WithDirectories(draft, root, [.. points], "/"), false, mounted, own);
    }

    /// <summary>Whether the other trees can be mounted as they are: on names that the root lacks, and not within one another.</summary>
    private static bool CanMount(TreeDraft draft, Digest root, ImmutableArray<StagedTree> trees, ImmutableArray<string> writable) =>
        trees.All(tree =>
            draft.Read(root).Find(SandboxPath.FirstName(tree.Path)) is null
            && !trees.Any(other => other != tree && SandboxPath.Contains(tree.Path, other.Path))
            && !writable.Any(directory => SandboxPath.Contains(tree.Path, directory)));

    private static Digest Merge(TreeDraft draft, ImmutableArray<StagedTree> layers, string directory) => layers switch
    {
        [] => TreeStore.Empty.Hash,
        [var only] when only.Path == directory => only.Tree,
        _ => draft.Merge([.. layers.Select(layer => new TreeLayer(layer.Tree, "/" + SandboxPath.Relative(directory, layer.Path)))]).Tree,
    };

    private static Digest WithDirectories(TreeDraft draft, Digest tree, ImmutableArray<string> paths, string directory)
    {
        foreach (var path in paths.Where(path => SandboxPath.Contains(directory, path)))
        {
            var segments = TreePath.Split(SandboxPath.Relative(directory, path));
            if (Subtree(draft, tree, segments) is null)
                tree = draft.Put(tree, string.Join('/', segments[..^1]), new DirectoryNode(segments[^1], TreeStore.Empty));
        }
        return tree;
    }

    private static Digest? Subtree(TreeDraft draft, Digest tree, IEnumerable<string> segments)
    {
        foreach (var name in segments)
        {
            if (draft.Read(tree).Find(name) is not DirectoryNode below)
                return null;
            tree = below.Tree.Hash;
        }
        return tree;
    }

    private static ImmutableArray<string> Topmost(IEnumerable<string> directories)
    {
        var all = directories.Distinct(StringComparer.Ordinal).ToImmutableArray();
        return [.. all.Where(path => !all.Any(other => other != path && SandboxPath.Contains(other, path)))];
    }
}
