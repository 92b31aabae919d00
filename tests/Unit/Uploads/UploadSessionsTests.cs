using System.Buffers;
using Bistro.Builder.Content;
using Bistro.Registry.Names;
using Bistro.Registry.Uploads;
using Bistro.Unit.Auth;

namespace Bistro.Unit.Uploads;

public sealed class UploadSessionsTests : IDisposable
{
    private static readonly RepositoryName Repository = RepositoryName.Parse("a");

    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;
    private readonly ManualTime _time = new();
    private readonly ContentStore _store;

    public UploadSessionsTests() => _store = ContentStore.Create(_directory);

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Idle_session_makes_room_and_is_found_again_with_what_it_has()
    {
        var sessions = new UploadSessions(new PartialObjects(_store), 1, _time);
        var first = sessions.Begin(Repository)!;
        await first.Content.AppendAsync(new ReadOnlySequence<byte>([1, 2, 3]));
        first.Release();
        Assert.Null(sessions.Begin(Repository));
        _time.GoOn(TimeSpan.FromMinutes(11));
        Assert.NotNull(sessions.Begin(Repository));
        Assert.Equal(3, sessions.Find(Repository, first.Id)!.Content.Length);
    }

    [Fact]
    public void Session_that_a_request_holds_stays()
    {
        var sessions = new UploadSessions(new PartialObjects(_store), 1, _time);
        var held = sessions.Begin(Repository)!;
        _time.GoOn(TimeSpan.FromMinutes(11));
        Assert.Null(sessions.Begin(Repository));
        Assert.Same(held, sessions.Find(Repository, held.Id));
    }
}
