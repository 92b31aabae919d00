using System.Collections.Concurrent;
using System.Threading.Channels;
using Bistro.Builder.Content;
using Microsoft.Data.Sqlite;

namespace Bistro.Builder.Metadata;

/// <summary>The one writer: takes all writes that wait, runs them in one transaction, and tells each after the commit.</summary>
internal sealed class GroupCommit : IAsyncDisposable
{
    private const int LargestGroup = 256;

    private readonly MetadataSession _session;
    private readonly string _path;
    private readonly IContentFaults? _faults;
    private readonly Channel<Write> _waiting = Channel.CreateUnbounded<Write>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentQueue<Action<MetadataSession>> _notes = [];
    private readonly Task _running;

    public GroupCommit(MetadataSession session, string path, IContentFaults? faults)
    {
        (_session, _path, _faults) = (session, path, faults);
        _running = Task.Run(RunAsync);
    }

    public Task<T> RunAsync<T>(Func<MetadataSession, T> work)
    {
        var write = new Write<T>(work);
        return _waiting.Writer.TryWrite(write) ? write.Completion.Task : throw new ObjectDisposedException(nameof(MetadataStore));
    }

    public void Note(Action<MetadataSession> write) => _notes.Enqueue(write);

    public async ValueTask DisposeAsync()
    {
        if (!_notes.IsEmpty)
            await RunAsync(static _ => true);
        _waiting.Writer.TryComplete();
        await _running;
        _session.Dispose();
    }

    private async Task RunAsync()
    {
        var group = new List<Write>(LargestGroup);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (group.Count < LargestGroup && _waiting.Reader.TryRead(out var write))
                group.Add(write);
            Commit(group);
            group.Clear();
        }
    }

    private void Commit(List<Write> group)
    {
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            while (_notes.TryDequeue(out var note))
                note(_session);
            foreach (var write in group)
                RunOne(write);
            _faults?.Before(ContentStep.Commit, _path);
            _session.Execute("COMMIT");
            _faults?.Before(ContentStep.Acknowledge, _path);
        }
        catch (Exception failure)
        {
            TryRollBack();
            foreach (var write in group)
                write.Fail(failure is SqliteException fault ? MetadataFault.Explain(fault, _path) : failure);
            return;
        }

        foreach (var write in group)
            write.Complete();
    }

    private void RunOne(Write write)
    {
        _session.Execute("SAVEPOINT one");
        if (!write.Run(_session))
            _session.Execute("ROLLBACK TO one");
        _session.Execute("RELEASE one");
    }

    private void TryRollBack()
    {
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself, as it does when the disk is full.
        }
    }

    private abstract class Write
    {
        /// <returns>False when it has failed, and shall leave nothing.</returns>
        public abstract bool Run(MetadataSession session);

        public abstract void Complete();

        public abstract void Fail(Exception failure);
    }

    private sealed class Write<T>(Func<MetadataSession, T> work) : Write
    {
        private T? _result;
        private Exception? _failure;

        public TaskCompletionSource<T> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool Run(MetadataSession session)
        {
            try
            {
                _result = work(session);
            }
            catch (Exception failure) when (failure is not SqliteException fault || !MetadataFault.IsFull(fault))
            {
                _failure = failure;
            }

            return _failure is null;
        }

        public override void Complete()
        {
            if (_failure is null)
                Completion.TrySetResult(_result!);
            else
                Completion.TrySetException(_failure);
        }

        public override void Fail(Exception failure) => Completion.TrySetException(_failure ?? failure);
    }
}
