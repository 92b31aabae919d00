using System.Collections.Concurrent;
using System.Threading.Channels;
using Bistro.Builder.Content;
using Bistro.Builder.Files;
using Microsoft.Data.Sqlite;

namespace Bistro.Builder.Metadata;

/// <summary>The one writer: runs all waiting writes in one transaction and completes each of them after the commit.</summary>
internal sealed class GroupCommit
{
    private const int LargestGroup = 256;
    private const string Checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";

    // Notes of a failed transaction are tried again, unless a database that stays broken has piled up this many.
    private const int MostNotes = 10_000;

    private readonly MetadataSession _session;
    private readonly string _path;
    private readonly DiskReserve? _reserve;
    private readonly IContentFaults? _faults;
    private readonly Channel<Work> _waiting = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentQueue<Action<MetadataSession>> _notes = [];
    private readonly Task _running;

    public GroupCommit(MetadataSession session, string path, DiskReserve? reserve, IContentFaults? faults)
    {
        (_session, _path, _reserve, _faults) = (session, path, reserve, faults);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Runs work in a transaction that it shares with others; what throws is undone alone.</summary>
    public Task<T> RunAsync<T>(Func<MetadataSession, T> work, bool mayUseReserve = false) =>
        Enqueue(new Work<T>(work, isWrite: true, mayUseReserve));

    /// <summary>Runs work on the writer's connection between two transactions. It must not write.</summary>
    public Task<T> RunBetweenAsync<T>(Func<MetadataSession, T> work) => Enqueue(new Work<T>(work, isWrite: false, mayUseReserve: false));

    public void Note(Action<MetadataSession> write) => _notes.Enqueue(write);

    /// <summary>Commits what waits, and ends. Its connection is closed or returned.</summary>
    public async Task<MetadataSession?> EndAsync(bool mayClose)
    {
        if (!_notes.IsEmpty)
            await ((Task)RunAsync(static _ => true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // Notes are not worth a failed stop.
        _waiting.Writer.TryComplete();
        await _running;
        if (!mayClose)
        {
            TryExecute(Checkpoint);
            return _session;
        }

        _session.Dispose();
        return null;
    }

    private Task<T> Enqueue<T>(Work<T> work) =>
        _waiting.Writer.TryWrite(work) ? work.Completion.Task : throw new ObjectDisposedException(nameof(MetadataStore));

    private async Task RunAsync()
    {
        var group = new List<Work>(LargestGroup);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (group.Count < LargestGroup && _waiting.Reader.TryRead(out var work))
            {
                if (work.IsWrite)
                    group.Add(work);
                else
                    RunBetween(work);
            }
            if (group.Count > 0)
                Commit(group);
            group.Clear();
        }
    }

    private void RunBetween(Work work)
    {
        work.Run(_session);
        work.Complete();
    }

    private void Commit(List<Work> group)
    {
        var notes = TakeNotes();
        var failure = TryCommit([.. notes, .. group]);
        if (failure is not null)
        {
            foreach (var note in notes.Where(_ => _notes.Count < MostNotes))
                _notes.Enqueue(note.Source);
            if (_reserve is not null && IsFull(failure))
                failure = CommitRemovals(group, failure);
        }

        foreach (var write in group)
        {
            if (failure is null)
                write.Complete();
            else
                write.Fail(failure);
        }
    }

    // What only removes is written with the reserve. The rest has failed.
    private Exception? CommitRemovals(List<Work> group, Exception full)
    {
        foreach (var write in group.Where(write => !write.MayUseReserve))
            write.Fail(full);
        group.RemoveAll(write => !write.MayUseReserve);
        try
        {
            return group.Count == 0 ? full : _reserve!.Use(() =>
            {
                // The log is written from its beginning then, instead of growing.
                TryExecute(Checkpoint);
                var failure = TryCommit(group);
                TryExecute(Checkpoint);
                return failure;
            });
        }
        catch (IOException failure)
        {
            // A reserve that cannot be used fails this group only: without the writer, every later write would wait forever.
            return failure;
        }
    }

    private Exception? TryCommit(List<Work> group)
    {
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            foreach (var write in group)
                RunOne(write);
            _faults?.Before(ContentStep.Commit, _path);
            _session.Execute("COMMIT");
            _faults?.Before(ContentStep.Acknowledge, _path);
            return null;
        }
        catch (Exception failure)
        {
            // SQLite may have rolled back by itself, as it does when the disk is full. Whatever the reason, the next BEGIN shows it.
            TryExecute("ROLLBACK");
            return Explain(failure);
        }
    }

    private static bool IsFull(Exception failure) => failure is IOException io && DiskFullException.Means(io);

    private Exception Explain(Exception failure) => failure is SqliteException fault ? MetadataFault.Explain(fault, _path) : failure;

    private List<NotedWrite> TakeNotes()
    {
        var notes = new List<NotedWrite>();
        while (_notes.TryDequeue(out var note))
            notes.Add(new NotedWrite(note));
        return notes;
    }

    private void RunOne(Work write)
    {
        _session.Execute("SAVEPOINT one");
        if (!write.Run(_session))
            _session.Execute("ROLLBACK TO one");
        _session.Execute("RELEASE one");
    }

    private void TryExecute(string sql)
    {
        try
        {
            _session.Execute(sql);
        }
        catch (Exception)
        {
            // Best effort.
        }
    }

    private abstract class Work(bool isWrite, bool mayUseReserve)
    {
        public bool IsWrite { get; } = isWrite;

        public bool MayUseReserve { get; } = mayUseReserve;

        /// <returns>False when the work has failed and must leave nothing.</returns>
        public abstract bool Run(MetadataSession session);

        public abstract void Complete();

        public abstract void Fail(Exception failure);
    }

    private sealed class Work<T>(Func<MetadataSession, T> work, bool isWrite, bool mayUseReserve) : Work(isWrite, mayUseReserve)
    {
        private T? _result;
        private Exception? _failure;

        public TaskCompletionSource<T> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool Run(MetadataSession session)
        {
            _failure = null;
            try
            {
                _result = work(session);
            }
            catch (Exception failure) when (failure is not SqliteException fault || !MetadataFault.IsFull(fault) || !IsWrite)
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

    /// <summary>A note that fails by itself is dropped, and its failure with it.</summary>
    private sealed class NotedWrite(Action<MetadataSession> note) : Work(isWrite: true, mayUseReserve: false)
    {
        public Action<MetadataSession> Source { get; } = note;

        public override bool Run(MetadataSession session)
        {
            try
            {
                Source(session);
                return true;
            }
            catch (Exception failure) when (failure is not SqliteException fault || !MetadataFault.IsFull(fault))
            {
                return false;
            }
        }

        public override void Complete()
        {
        }

        public override void Fail(Exception failure)
        {
        }
    }
}
