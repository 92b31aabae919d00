using System.Buffers;
using Bistro.Builder.Content;
using Bistro.Registry.Names;
using Bistro.Registry.Uploads;
using Microsoft.Extensions.Time.Testing;

namespace Bistro.Unit.Uploads;

public sealed class UploadSessionsTests : IDisposable
{
    private static readonly RepositoryName Repository = RepositoryName.Parse("a");

    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly ContentStore _store;

    public UploadSessionsTests() => _store = ContentStore.Create(_directory, _time);

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Idle_upload_makes_room_and_is_found_again_with_what_it_has()
    {
        var sessions = Sessions(1);
        var first = sessions.Begin(Repository)!;
        await first.Content.AppendAsync(new ReadOnlySequence<byte>([1, 2, 3]));
        await sessions.ReleaseAsync(first);
        Assert.Null(sessions.Begin(Repository));
        _time.Advance(TimeSpan.FromMinutes(11));
        sessions.DropIdle();
        Assert.NotNull(sessions.Begin(Repository));
        Assert.Equal(3, (await TakeAsync(sessions, first.Id))!.Content.Length);
    }

    [Fact]
    public async Task Uploads_of_all_servers_count()
    {
        using var other = ContentStore.Create(_directory, _time);
        await Sessions(2).ReleaseAsync(Sessions(2).Begin(Repository)!);
        var sessions = new UploadSessions(new PartialObjects(other), 2, _time);
        var last = sessions.Begin(Repository)!;
        Assert.Null(sessions.Begin(Repository));
        sessions.End(last);
        sessions.End(last);
        Assert.NotNull(sessions.Begin(Repository));
        Assert.Null(sessions.Begin(Repository));
    }

    [Fact]
    public async Task Another_repository_does_not_reach_it()
    {
        var sessions = Sessions(1);
        var first = sessions.Begin(Repository)!;
        await sessions.ReleaseAsync(first);
        var take = await sessions.TakeAsync(RepositoryName.Parse("b"), first.Id, TestContext.Current.CancellationToken);
        Assert.Equal(new UploadTake(null, IsBusy: false), take);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_waits_for_the_one_that_has_the_upload_and_gives_up_after_a_while()
    {
        var time = new FakeTimeProvider();
        using var store = ContentStore.Create(_directory, time);
        var sessions = new UploadSessions(new PartialObjects(store), 1, time);
        var held = sessions.Begin(Repository)!;
        var waiting = sessions.TakeAsync(Repository, held.Id, TestContext.Current.CancellationToken);
        await held.Content.AppendAsync(new ReadOnlySequence<byte>([1, 2, 3]));
        Assert.False(waiting.IsCompleted);
        await sessions.ReleaseAsync(held);
        Assert.Equal(3, (await PassTimeAsync(time, waiting)).Session!.Content.Length);
        Assert.True((await PassTimeAsync(time, sessions.TakeAsync(Repository, held.Id, TestContext.Current.CancellationToken))).IsBusy);
    }

    private static async Task<UploadTake> PassTimeAsync(FakeTimeProvider time, Task<UploadTake> waiting)
    {
        while (!waiting.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return await waiting;
    }

    private UploadSessions Sessions(int limit) => new(new PartialObjects(_store), limit, _time);

    private static async Task<UploadSession?> TakeAsync(UploadSessions sessions, UploadId id) =>
        (await sessions.TakeAsync(Repository, id, TestContext.Current.CancellationToken)).Session;
}
