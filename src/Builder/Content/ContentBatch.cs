using System.Collections.Concurrent;
using Bistro.Builder.Files;
using Bistro.Model.Content;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>Files that were written and wait to be committed together.</summary>
internal sealed class ContentBatch(ContentStore store) : IContentBatch
{
    // Above this number, one sync of the whole file system is cheaper than one for each.
    private const int SeparateFiles = 64;
    private const int SeparateDirectories = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, PendingObject> _pending = [];
    private readonly List<SafeFileHandle> _open = [];
    private readonly DateTimeOffset _begun = store.Now;

    // Objects that the store had already, and directories whose new names may not be on the disk yet.
    private readonly HashSet<Digest> _claimed = [];
    private readonly HashSet<string> _unsynced = [];
    private readonly List<Digest> _unsettled = [];
    private readonly ConcurrentBag<string> _lent = [];

    public IContentWriter BeginObject() => new ContentWriter(this);

    public SizedDigest Add(ReadOnlySpan<byte> content)
    {
        var digest = Digest.Of(content);
        if (!Has(digest))
        {
            var file = CreateFile(out var path);
            try
            {
                Write(file, content, 0, path);
            }
            catch
            {
                file.Dispose();
                Posix.TryUnlink(path);
                throw;
            }
            Accept(digest, path, file);
        }
        return new SizedDigest(digest, content.Length);
    }

    public SizedDigest AddFile(string path, bool adopt, CancellationToken cancellationToken) =>
        FileIntake.Add(this, path, adopt, cancellationToken);

    public string NewPath()
    {
        var path = store.Temporary.NewPath();
        _lent.Add(path);
        return path;
    }

    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RenewClaims();
        if (_pending.Count > 0)
        {
            store.Faults?.Before(ContentStep.Sync, store.Temporary.Root);
            await store.Syncs.SyncAsync(_pending.Count <= SeparateFiles ? _open : null);
        }
        foreach (var (digest, pending) in _pending)
            Publish(digest, pending.Path);
        await SyncNamesAsync();
        _pending.Clear();
    }

    public ValueTask DisposeAsync()
    {
        CloseFiles();
        foreach (var pending in _pending.Values)
        {
            if (pending.IsOurs)
                Posix.TryUnlink(pending.Path);
        }
        _pending.Clear();
        foreach (var path in _lent)
            Posix.TryUnlink(path);
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether nothing needs to be written for this digest.</summary>
    internal bool Has(Digest digest)
    {
        lock (_lock)
        {
            if (_pending.ContainsKey(digest))
                return true;
        }
        if (!store.Claim(digest, out var isSettled))
            return false;
        lock (_lock)
        {
            _claimed.Add(digest);
            if (!isSettled)
                AddUnsettled(digest);
        }
        return true;
    }

    internal SafeFileHandle CreateFile(out string path)
    {
        path = store.Temporary.NewPath();
        store.Faults?.Before(ContentStep.Create, path);
        store.Reserve.Demand(path);
        return Posix.CreateNew(path, ContentLayout.ObjectMode);
    }

    internal void Write(SafeFileHandle file, ReadOnlySpan<byte> content, long offset, string path) =>
        store.Write(file, content, offset, path);

    /// <summary>Takes a written file, and its handle, as the object of this digest.</summary>
    internal void Accept(Digest digest, string path, SafeFileHandle file, bool isOurs = true)
    {
        Posix.SetTimes(file, Timestamp.From(store.Now), new Timestamp(ContentLayout.ObjectTime), path);
        lock (_lock)
        {
            var isNew = _pending.TryAdd(digest, new PendingObject(path, isOurs));
            if (isNew && _open.Count < SeparateFiles)
            {
                _open.Add(file);
                return;
            }
            file.Dispose();
            if (isNew || !isOurs)
                return;
        }
        Posix.TryUnlink(path); // Another thread was faster with an equal object.
    }

    // In a long batch, the first objects may look like garbage at the end.
    private void RenewClaims()
    {
        if (store.Now - _begun < ContentStore.ClaimPrecision)
            return;
        if (_claimed.Any(digest => !store.Claim(digest)))
            throw new ContentMissingException(_claimed.First(digest => store.Find(digest) is null));
        foreach (var pending in _pending.Values)
            Posix.TrySetTimes(pending.Path, Timestamp.From(store.Now), Timestamp.Unchanged);
    }

    private void Publish(Digest digest, string from)
    {
        var path = store.Layout.Object(digest);
        store.Faults?.Before(ContentStep.Publish, path);
        Posix.Rename(from, path);
        store.MarkVerified(digest, path);
        AddUnsettled(digest);
    }

    private void AddUnsettled(Digest digest)
    {
        _unsettled.Add(digest);
        _unsynced.Add(store.Layout.Shard(digest));
    }

    private async Task SyncNamesAsync()
    {
        CloseFiles();
        if (_unsynced.Count == 0)
            return;
        store.Faults?.Before(ContentStep.SyncNames, store.Layout.Root);
        if (_unsynced.Count <= SeparateDirectories)
            _open.AddRange(_unsynced.Select(Posix.OpenDirectory));
        await store.Syncs.SyncAsync(_open.Count > 0 ? _open : null);
        CloseFiles();
        _unsynced.Clear();
        _unsettled.ForEach(store.MarkSettled);
        _unsettled.Clear();
    }

    private void CloseFiles()
    {
        _open.ForEach(file => file.Dispose());
        _open.Clear();
    }

    private readonly record struct PendingObject(string Path, bool IsOurs);
}
