using System.Globalization;
using Bistro.Builder.Content;
using Bistro.Builder.Coordination;
using Bistro.Builder.Files;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Sandbox;

/// <summary>
/// Trees that are checked out for sandboxes to read, and kept for later ones: a second build on the same base stages nothing.
/// <code>
/// STORE/roots/BOOT/HEX/     a tree by its digest; a sandbox that uses it holds a shared lock on this directory
///                  tree/    the files: copies, which share no inode with an object
///                  size     the sum of their sizes, in bytes; its modification time is the root's last use
/// </code>
/// Roots are not synced to disk, so the roots of an earlier boot of the machine are removed.
/// </summary>
public sealed class StagedRoots
{
    private const string TreeName = "tree";
    private const string SizeName = "size";

    private readonly TreeStore _trees;
    private readonly TemporaryArea _temporary;
    private readonly long _limit;
    private readonly TimeProvider _time;
    private readonly string _directory;
    private readonly SingleFlight<Digest, string> _staging = new();

    /// <param name="trees">Holds the trees.</param>
    /// <param name="temporary">Space on the same disk.</param>
    /// <param name="directory">The store's directory for roots.</param>
    /// <param name="limit">The bytes that all roots together may take. The least recently used are removed first; roots in use stay.</param>
    /// <param name="time">The clock of last uses.</param>
    public StagedRoots(TreeStore trees, TemporaryArea temporary, string directory, long limit, TimeProvider time)
    {
        (_trees, _temporary, _limit, _time) = (trees, temporary, limit, time);
        var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        _directory = Path.Combine(directory, boot);
        Directory.CreateDirectory(_directory);
        foreach (var old in Directory.EnumerateDirectories(directory).Where(other => other != _directory).SelectMany(Directory.EnumerateDirectories))
            Discard(old);
    }

    /// <summary>The tree as a read-only directory, which stays until the lease is disposed.</summary>
    /// <exception cref="ContentMissingException">The store lacks a part of the tree.</exception>
    public async Task<RootLease> LeaseAsync(Digest tree, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_directory, tree.Hex);
        while (true)
        {
            if (TryLease(path) is { } lease)
                return lease;
            await _staging.RunAsync(tree, () => StageAsync(tree, path)).WaitAsync(cancellationToken);
        }
    }

    private async Task<string> StageAsync(Digest tree, string path)
    {
        using var scratch = _temporary.NewDirectory();
        var files = Path.Combine(scratch.Location, TreeName);
        var size = (await _trees.CheckoutAsync(tree, files, CancellationToken.None)).Bytes;
        var sizeFile = Path.Combine(scratch.Location, SizeName);
        await File.WriteAllTextAsync(sizeFile, size.ToString(CultureInfo.InvariantCulture));
        Touch(sizeFile);

        MakeRoom(size);
        try
        {
            Directory.Move(scratch.Location, path);
        }
        catch (IOException) when (Directory.Exists(path))
        {
            // Another process staged the same tree first.
        }
        return path;
    }

    private RootLease? TryLease(string path)
    {
        if (Posix.TryOpenRead(path) is not { } handle)
            return null;
        // Removal takes the lock exclusively and renames the root before it releases the lock.
        if (Posix.TryLock(handle, shared: true, path) && IsAt(path, handle))
        {
            Touch(Path.Combine(path, SizeName));
            return new RootLease(Path.Combine(path, TreeName), handle);
        }
        handle.Dispose();
        return null;
    }

    private void MakeRoom(long size)
    {
        var roots = new DirectoryInfo(_directory).EnumerateDirectories()
            .Select(root => new FileInfo(Path.Combine(root.FullName, SizeName)))
            .Where(file => file.Exists)
            .OrderBy(file => file.LastWriteTimeUtc)
            .Select(file => (Root: file.DirectoryName!, Size: long.Parse(File.ReadAllText(file.FullName), CultureInfo.InvariantCulture)))
            .ToList();
        var total = size + roots.Sum(root => root.Size);
        foreach (var root in roots)
        {
            if (total <= _limit)
                break;
            if (Discard(root.Root))
                total -= root.Size;
        }
    }

    /// <summary>Removes a root unless it is in use.</summary>
    private bool Discard(string path)
    {
        using var handle = Posix.TryOpenRead(path);
        if (handle is null || !Posix.TryLock(handle, shared: false, path) || !IsAt(path, handle))
            return false;
        using var scratch = _temporary.NewDirectory();
        Directory.Move(path, Path.Combine(scratch.Location, "root"));
        return true;
    }

    private void Touch(string sizeFile) => File.SetLastWriteTimeUtc(sizeFile, _time.GetUtcNow().UtcDateTime);

    private static bool IsAt(string path, SafeFileHandle handle) =>
        Posix.TryStat(path, out var status) && status.Inode == Posix.Stat(handle).Inode;
}

/// <summary>A root in use.</summary>
public sealed class RootLease : IDisposable
{
    private readonly SafeFileHandle _lock;

    internal RootLease(string directory, SafeFileHandle held) => (Location, _lock) = (directory, held);

    /// <summary>The tree's absolute path.</summary>
    public string Location { get; }

    public void Dispose() => _lock.Dispose();
}
