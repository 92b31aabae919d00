using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Files;

/// <summary>
/// Shares syncs between threads: requests that arrive while a sync runs wait for it to end, and then share the next one.
/// So the disk makes as few syncs as possible, however many threads commit.
/// </summary>
internal sealed class SyncGroup(SafeFileHandle root, string rootPath)
{
    // Above this number, one sync of the whole file system is cheaper than one for each.
    private const int SeparateFiles = 64;

    private readonly Lock _lock = new();
    private List<Request> _waiting = [];
    private bool _isRunning;

    /// <summary>Returns when the files are on the disk.</summary>
    /// <param name="files">Open files or directories; null for everything on the store's file system.</param>
    public Task SyncAsync(IReadOnlyList<SafeFileHandle>? files)
    {
        var request = new Request(files);
        lock (_lock)
        {
            _waiting.Add(request);
            if (!_isRunning)
            {
                _isRunning = true;
                ThreadPool.UnsafeQueueUserWorkItem(static group => group.Run(), this, preferLocal: false);
            }
        }
        return request.Completion.Task;
    }

    private void Run()
    {
        while (TakeWaiting() is { } requests)
        {
            if (requests.Sum(request => request.Files?.Count ?? SeparateFiles + 1) > SeparateFiles)
                Complete(requests, () => Posix.SyncFileSystem(root, rootPath));
            else
                SyncEach(requests);
        }
    }

    private List<Request>? TakeWaiting()
    {
        lock (_lock)
        {
            _isRunning = _waiting.Count > 0;
            if (!_isRunning)
                return null;
            var requests = _waiting;
            _waiting = [];
            return requests;
        }
    }

    // Writing begins for all files first. The first sync then commits the file system's journal, and the others have less to do.
    private void SyncEach(List<Request> requests)
    {
        foreach (var file in requests.SelectMany(request => request.Files!))
            Posix.BeginWriteback(file, 0, 0);
        foreach (var request in requests)
            Complete([request], () => SyncFiles(request.Files!));
    }

    private void SyncFiles(IReadOnlyList<SafeFileHandle> files)
    {
        foreach (var file in files)
            Posix.SyncAll(file, rootPath);
    }

    private static void Complete(List<Request> requests, Action sync)
    {
        try
        {
            sync();
            requests.ForEach(request => request.Completion.SetResult());
        }
        catch (Exception failure)
        {
            requests.ForEach(request => request.Completion.SetException(failure));
        }
    }

    private sealed record Request(IReadOnlyList<SafeFileHandle>? Files)
    {
        public TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
