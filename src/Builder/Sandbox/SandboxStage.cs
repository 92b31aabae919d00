using Bistro.Builder.Files;
using Bistro.Builder.Trees;

namespace Bistro.Builder.Sandbox;

/// <summary>A plan on the disk: shared roots on lease, and the run's own directories, which go with it.</summary>
internal sealed class SandboxStage : IDisposable
{
    private readonly ScratchDirectory _scratch;
    private readonly List<RootLease> _leases = [];
    private readonly Dictionary<string, StagedFiles> _staged = new(StringComparer.Ordinal);

    private SandboxStage(ScratchDirectory scratch) => _scratch = scratch;

    public SandboxMounts Mounts { get; private set; } = null!;

    public static async Task<SandboxStage> MakeAsync(
        SandboxPlan plan, TreeStore trees, StagedRoots roots, TemporaryArea temporary, CancellationToken cancellationToken)
    {
        var stage = new SandboxStage(temporary.NewDirectory());
        try
        {
            stage.Mounts = await stage.MountAsync(plan, trees, roots, cancellationToken);
            return stage;
        }
        catch
        {
            stage.Dispose();
            throw;
        }
    }

    /// <summary>What was staged in the run's own directory that holds a path: what is unchanged there need not be read again.</summary>
    public StagedFiles? FilesAt(string path) =>
        _staged.FirstOrDefault(staged => SandboxPath.Contains(staged.Key, path)).Value;

    public void Dispose()
    {
        _leases.ForEach(lease => lease.Dispose());
        _scratch.Dispose();
    }

    private async Task<SandboxMounts> MountAsync(SandboxPlan plan, TreeStore trees, StagedRoots roots, CancellationToken cancellationToken)
    {
        var mounts = new SandboxMounts
        {
            Temporary = Directory.CreateDirectory(
                Path.Combine(_scratch.Location, "tmp"),
                UnixFileMode.StickyBit | (UnixFileMode)0x1FF /* 0777 */).FullName,
            IsRootWritable = plan.IsRootWritable,
            Root = plan.IsRootWritable
                ? await CheckoutAsync(new StagedTree("/", plan.Root))
                : await LeaseAsync(plan.Root),
        };
        foreach (var tree in plan.ReadOnly)
            mounts = mounts with { ReadOnly = mounts.ReadOnly.Add(new SandboxMount(tree.Path, await LeaseAsync(tree.Tree))) };
        foreach (var tree in plan.Writable)
            mounts = mounts with { Writable = mounts.Writable.Add(new SandboxMount(tree.Path, await CheckoutAsync(tree))) };
        return mounts;

        async Task<string> LeaseAsync(Model.Content.Digest tree)
        {
            var lease = await roots.LeaseAsync(tree, cancellationToken);
            _leases.Add(lease);
            return lease.Location;
        }

        async Task<string> CheckoutAsync(StagedTree tree)
        {
            var directory = Path.Combine(_scratch.Location, $"own{_staged.Count}");
            _staged.Add(tree.Path, await trees.CheckoutAsync(tree.Tree, directory, cancellationToken));
            return directory;
        }
    }
}
