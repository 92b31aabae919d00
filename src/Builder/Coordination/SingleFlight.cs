using System.Collections.Concurrent;

namespace Bistro.Builder.Coordination;

/// <summary>One run per key however many ask for it meanwhile; all of them get its result, or its error.</summary>
public sealed class SingleFlight<TKey, TResult>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TResult>>> _flights = new();

    /// <summary>Joins the run under way or begins one. The run belongs to no caller: do not give it the token of one.</summary>
    public Task<TResult> RunAsync(TKey key, Func<Task<TResult>> run)
    {
        return _flights.GetOrAdd(key, _ => new Lazy<Task<TResult>>(FlyAsync)).Value;

        async Task<TResult> FlyAsync()
        {
            try
            {
                return await run();
            }
            finally
            {
                _flights.TryRemove(key, out _);
            }
        }
    }
}
