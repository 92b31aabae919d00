using Bistro.Builder.Coordination;

namespace Bistro.Unit.Coordination;

public sealed class KeyLocksTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-locks-");

    private KeyLocks Locks => new(_directory.FullName, TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_key_has_one_holder_and_keys_do_not_disturb_each_other()
    {
        using var held = Locks.TryAcquire("a");
        Assert.NotNull(held);
        Assert.Null(Locks.TryAcquire("a"));
        using var other = Locks.TryAcquire("../b");
        Assert.NotNull(other);
    }

    [Fact]
    public void A_released_key_is_free_and_leaves_no_file()
    {
        Locks.TryAcquire("a")!.Dispose();
        Assert.Empty(_directory.EnumerateFiles());
        using var again = Locks.TryAcquire("a");
        Assert.NotNull(again);
    }

    [Fact]
    public async Task A_waiter_gets_it_when_it_is_released()
    {
        var held = Locks.TryAcquire("a")!;
        var waiting = Locks.AcquireAsync("a", Token);
        Assert.False(waiting.IsCompleted);
        held.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task A_waiter_can_give_up()
    {
        using var held = Locks.TryAcquire("a");
        using var cancelled = new CancellationTokenSource();
        var waiting = Locks.AcquireAsync("a", cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Many_waiters_have_it_one_after_the_other()
    {
        var (inside, most) = (0, 0);
        await Parallel.ForAsync(0, 20, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, async (_, token) =>
        {
            using (await Locks.AcquireAsync("a", token))
            {
                most = Math.Max(most, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            }
        });
        Assert.Equal(1, most);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
