using System.Threading.RateLimiting;

namespace Bistro.Registry.Auth;

/// <summary>
/// The requests that one client has left, refilled with time. The library's own token bucket reads the machine's clock; this one
/// reads a <see cref="TimeProvider"/>.
/// </summary>
internal sealed class TokenBucket(RequestRateOptions options, TimeProvider time) : RateLimiter
{
    private static readonly RateLimitLease Granted = new Lease(TimeSpan.Zero);

    private readonly Lock _lock = new();
    private double _tokens = options.Burst;
    private long _filled = time.GetTimestamp();

    /// <summary>How long the bucket has been full: it then says no more than a new one. Null while it is not full.</summary>
    public override TimeSpan? IdleDuration
    {
        get
        {
            lock (_lock)
            {
                var idle = time.GetElapsedTime(_filled) - TimeSpan.FromSeconds((options.Burst - _tokens) / options.PerSecond);
                return idle >= TimeSpan.Zero ? idle : null;
            }
        }
    }

    public override RateLimiterStatistics? GetStatistics() => null;

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(options.Burst, _tokens + (time.GetElapsedTime(_filled, now).TotalSeconds * options.PerSecond));
            _filled = now;
            if (_tokens < permitCount)
                return new Lease(TimeSpan.FromSeconds((permitCount - _tokens) / options.PerSecond));
            _tokens -= permitCount;
            return Granted;
        }
    }

    // No request waits for its turn: it is refused, and the client knows when to try again.
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        ValueTask.FromResult(AttemptAcquireCore(permitCount));

    /// <param name="wait">Zero for a lease that was granted.</param>
    private sealed class Lease(TimeSpan wait) : RateLimitLease
    {
        public override bool IsAcquired => wait == TimeSpan.Zero;

        public override IEnumerable<string> MetadataNames => IsAcquired ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = wait;
            return !IsAcquired && metadataName == MetadataName.RetryAfter.Name;
        }
    }
}
