using Bistro.Builder.Content;
using Bistro.Builder.Files;

namespace Bistro.Unit.Content;

public sealed class DiskReserveTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    private DiskReserve Reserve => _fixture.Store.Reserve;

    private string Room => Path.Combine(_fixture.Store.Layout.Reserve, "room");

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_store_that_is_opened_reserves_room()
    {
        Assert.True(Reserve.IsStanding);
        Posix.TryStat(Room, out var status);
        Assert.Equal(Reserve.Size, status.Length);
        Assert.InRange(status.DiskBytes, Reserve.Size, long.MaxValue);
    }

    [Fact]
    public void While_it_is_used_it_is_not_made_again_and_content_is_refused()
    {
        using var other = ContentStore.Create(_fixture.Root);
        Reserve.Use(() =>
        {
            Assert.False(File.Exists(Room));
            Assert.False(other.Reserve.TryMake());
            Assert.Throws<DiskFullException>(() => other.Reserve.Demand("x"));
            return true;
        });
        Assert.False(Reserve.IsStanding);
        other.Reserve.Demand("x");
        Assert.True(Reserve.IsStanding);
    }

    [Fact]
    public void Work_that_finds_no_room_is_done_again_with_the_reserve()
    {
        var attempts = 0;
        Assert.Equal(2, Reserve.WithRoom(() => ++attempts == 1 ? throw new DiskFullException("x") : attempts));
        Assert.False(Reserve.IsStanding);
        Assert.Throws<DiskFullException>(() => Reserve.WithRoom<int>(() => throw new DiskFullException("x")));
        Assert.Throws<FileNotFoundException>(() => Reserve.WithRoom<int>(() => throw new FileNotFoundException("x")));
    }

    [Fact]
    public async Task A_process_that_dies_while_it_makes_or_releases_it_leaves_a_store_that_does_both()
    {
        using var victim = new VictimRuns();
        var steps = await victim.KillAtEachStepAsync("reserve", _ => Task.CompletedTask, (store, _) =>
        {
            Assert.True(store.Reserve.IsStanding);
            Assert.False(File.Exists(Path.Combine(store.Layout.Reserve, "new")));
            store.Reserve.Use(() =>
            {
                Assert.Empty(Directory.EnumerateFiles(store.Layout.Reserve));
                return true;
            });
            Assert.True(store.Reserve.TryMake());
            return Task.CompletedTask;
        });
        Assert.Equal(6, steps);
    }
}
