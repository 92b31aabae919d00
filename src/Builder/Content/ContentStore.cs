using Bistro.Builder.Coordination;
using Bistro.Builder.Files;
using Bistro.Model.Content;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>The store on this machine's disk; <see cref="ContentLayout"/> draws it. Several processes may have it open.</summary>
public sealed class ContentStore : IContentStore, IDisposable
{
    /// <summary>
    /// The precision of the time of an object's last claim. An object that was claimed within twice this time is not removed,
    /// so that a claim seldom needs to write anything.
    /// </summary>
    public static readonly TimeSpan ClaimPrecision = TimeSpan.FromMinutes(15);

    // Longer than any sync of a directory takes.
    private static readonly TimeSpan SettlingTime = TimeSpan.FromMinutes(2);

    private readonly SafeFileHandle _root;
    private readonly TimeProvider _time;
    private readonly FileGate _gate;
    private readonly VerifiedObjects _verified = new();
    private readonly VerifiedObjects _settled = new();
    private readonly SingleFlight<Digest, bool> _verifying = new();

    private ContentStore(ContentLayout layout, TimeProvider time, IContentFaults? faults)
    {
        Layout = layout;
        Faults = faults;
        _time = time;
        Reserve = new DiskReserve(layout.Reserve, faults is null ? null : path => faults.Before(ContentStep.Reserve, path));
        // On a full disk, work that needs the files of these locks could not create them.
        _gate = Reserve.WithRoom(() => new FileGate(layout.Gate));
        Leases = Reserve.WithRoom(() => new ContentLeases(layout.Leases));
        Temporary = TemporaryArea.Create(layout.Temporary, Reserve);
        _root = Posix.OpenDirectory(layout.Root);
        Syncs = new SyncGroup(_root, layout.Root);
    }

    public ContentLayout Layout { get; }

    /// <summary>Room on the store's disk for this process's work in progress.</summary>
    public TemporaryArea Temporary { get; }

    /// <summary>Content that this process needs.</summary>
    public ContentLeases Leases { get; }

    /// <summary>Room for what a full disk must not prevent.</summary>
    public DiskReserve Reserve { get; }

    internal SyncGroup Syncs { get; }

    internal IContentFaults? Faults { get; }

    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Opens the store below <paramref name="root"/>, made if absent.</summary>
    /// <param name="root">The store's directory.</param>
    /// <param name="time">The clock that says when an object was last claimed; the system's if null.</param>
    /// <param name="faults">Where tests cut writes off; null in production.</param>
    public static ContentStore Create(string root, TimeProvider? time = null, IContentFaults? faults = null)
    {
        var layout = new ContentLayout(root);
        new DiskReserve(layout.Reserve).WithRoom(() =>
        {
            layout.Create();
            return true;
        });
        var store = new ContentStore(layout, time ?? TimeProvider.System, faults);
        // On a full disk it does not stand, and content is refused.
        store.Reserve.TryMake();
        return store;
    }

    /// <summary>Raised for each object that was found corrupt, after it was moved to quarantine.</summary>
    public event Action<Digest>? Corrupted;

    public long? Find(Digest digest)
    {
        if (!Posix.TryStat(Layout.Object(digest), out var status))
            return null;
        return IsStamped(status) || Verify(digest, CancellationToken.None) is true ? status.Length : null;
    }

    public ContentReader? Open(Digest digest)
    {
        var file = Posix.TryOpenRead(Layout.Object(digest));
        if (file is null)
            return null;
        var status = Posix.Stat(file);
        if (IsStamped(status))
        {
            return _verified.Contains(digest, status)
                ? new ContentReader(file, status.Length)
                : new ContentReader(file, status.Length, actual => Conclude(digest, actual, file), () => VerifyOnceAsync(digest));
        }

        // Another program has written to the file, or restored it from a backup.
        file.Dispose();
        return Verify(digest, CancellationToken.None) is true ? Open(digest) : null;
    }

    public IContentBatch BeginBatch() => new ContentBatch(this);

    public void Dispose()
    {
        Temporary.Dispose();
        Leases.Dispose();
        _gate.Dispose();
        _root.Dispose();
    }

    /// <summary>
    /// Whether the store has the object. It stays at least until <see cref="ClaimPrecision"/> has passed, so that the caller
    /// can record that it is needed.
    /// </summary>
    public bool Claim(Digest digest) => Claim(digest, out _);

    /// <param name="digest">The object.</param>
    /// <param name="isSettled">Whether its name is certainly on the disk. A process that has just named it may not have synced it yet.</param>
    internal bool Claim(Digest digest, out bool isSettled)
    {
        isSettled = false;
        if (Find(digest) is null || !Posix.TryStat(Layout.Object(digest), out var status))
            return false;
        isSettled = status.Change.IsBefore(Now - SettlingTime) || _settled.Contains(digest, status);
        if (!status.Access.IsBefore(Now - ClaimPrecision))
            return true;
        var wasVerified = _verified.Contains(digest, status);
        using (_gate.Together())
        {
            if (!Posix.TrySetTimes(Layout.Object(digest), Timestamp.From(Now), Timestamp.Unchanged))
                return false;
        }
        if (wasVerified)
            MarkVerified(digest, Layout.Object(digest));
        return true;
    }

    /// <summary>Removes objects that nothing refers to, unless they were claimed since.</summary>
    /// <param name="objects">A few: claims wait meanwhile.</param>
    /// <param name="unclaimedSince">Objects that were claimed or written later stay.</param>
    internal void Remove(IEnumerable<Digest> objects, DateTimeOffset unclaimedSince)
    {
        using (_gate.Alone())
        {
            foreach (var digest in objects.Where(digest => UnclaimedBytes(digest, unclaimedSince) is not null))
            {
                Faults?.Before(ContentStep.Remove, Layout.Object(digest));
                Posix.TryUnlink(Layout.Object(digest));
            }
        }
    }

    /// <summary>The room that an object takes, or null when it was claimed or written later, or is not there.</summary>
    internal long? UnclaimedBytes(Digest digest, DateTimeOffset since) =>
        Posix.TryStat(Layout.Object(digest), out var status) && status.Access.IsBefore(since)
            ? status.DiskBytes
            : null;

    /// <summary>The room that an object takes on the disk, or null when the store does not have it.</summary>
    internal long? DiskBytes(Digest digest) => Posix.TryStat(Layout.Object(digest), out var status) ? status.DiskBytes : null;

    /// <summary>Whether the object was claimed or written since then, so that a collection leaves it alone.</summary>
    public bool IsClaimed(Digest digest, DateTimeOffset since) =>
        Posix.TryStat(Layout.Object(digest), out var status) && !status.Access.IsBefore(since);

    internal void MarkVerified(Digest digest, string path)
    {
        if (Posix.TryStat(path, out var status))
            _verified.Add(digest, status);
    }

    /// <summary>Notes that an object's name is on the disk.</summary>
    internal void MarkSettled(Digest digest)
    {
        if (Posix.TryStat(Layout.Object(digest), out var status))
            _settled.Add(digest, status);
    }

    /// <summary>Reads an object again: null when it is not there, false when it was corrupt and is in quarantine now.</summary>
    internal bool? Verify(Digest digest, CancellationToken cancellationToken)
    {
        using var file = Posix.TryOpenRead(Layout.Object(digest));
        if (file is null)
            return null;
        return Conclude(digest, FileHash.Of(file, cancellationToken).Hash, file);
    }

    /// <summary>Moves a corrupt object out of the store, for a person to examine.</summary>
    internal void Quarantine(Digest digest)
    {
        if (Posix.TryRename(Layout.Object(digest), Layout.Quarantined(digest)))
            Corrupted?.Invoke(digest);
    }

    internal void Write(SafeFileHandle file, ReadOnlySpan<byte> content, long offset, string path)
    {
        Faults?.Before(ContentStep.Write, path);
        Reserve.Demand(path);
        try
        {
            RandomAccess.Write(file, content, offset);
        }
        catch (IOException failure) when (DiskFullException.Means(failure))
        {
            throw new DiskFullException(path);
        }
    }

    private Task<bool> VerifyOnceAsync(Digest digest) =>
        _verifying.RunAsync(digest, () => Task.Run(() => Verify(digest, CancellationToken.None) is true));

    private static bool IsStamped(in FileStatus status) => status.Modification.Seconds == ContentLayout.ObjectTime;

    private bool Conclude(Digest digest, Digest actual, SafeFileHandle file)
    {
        if (actual != digest)
        {
            Quarantine(digest);
            return false;
        }
        if (!IsStamped(Posix.Stat(file)))
            Posix.SetTimes(file, Timestamp.Unchanged, new Timestamp(ContentLayout.ObjectTime), Layout.Object(digest));
        _verified.Add(digest, Posix.Stat(file));
        return true;
    }
}
