using Bistro.Builder.Files;
using Bistro.Builder.Trees;

namespace Bistro.Builder.Sandbox;

/// <summary>A plan on disk: leases of shared roots, and the run's own directories, which are removed with it.</summary>
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

    /// <summary>The files that were staged in the run's own directory that contains a path. Unchanged ones need not be read again.</summary>
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
            Temporary = CreateTemporary(),
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

        string CreateTemporary()
        {
            var directory = Path.Combine(_scratch.Location, "tmp");
            Directory.CreateDirectory(directory);
            // Not by CreateDirectory, where the server's umask counts.
            File.SetUnixFileMode(directory, UnixFileMode.StickyBit | (UnixFileMode)0x1FF /* 0777 */);
            return directory;
        }

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
