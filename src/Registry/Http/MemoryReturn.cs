using System.Runtime.InteropServices;

namespace Bistro.Registry.Http;

/// <summary>
/// Gives memory back to the system after many connections have gone. The collector runs only when something is allocated, so that a
/// server with nothing to do would otherwise keep what its busiest moment took.
/// </summary>
public sealed partial class MemoryReturn : IDisposable
{
    // With fewer, what is left over is less than a collection costs.
    private const int Many = 64;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private int _open;
    private int _peak;
    private bool _isDue;

    public MemoryReturn(TimeProvider time) =>
        _timer = time.CreateTimer(_ => ReturnMemory(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Opened()
    {
        lock (_lock)
            _peak = Math.Max(_peak, ++_open);
    }

    public void Closed()
    {
        lock (_lock)
        {
            if (--_open > _peak - Many || _isDue)
                return;
            _isDue = true;
            _timer.Change(Wait, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void ReturnMemory()
    {
        lock (_lock)
        {
            _isDue = false;
            _peak = _open;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            _ = malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Not every C library has it.
        }
    }

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
