using System.Collections.Concurrent;
using Bistro.Builder.Coordination;
using Bistro.Builder.Errors;
using Bistro.Builder.Processes;
using Bistro.Model.Elements;
using Bistro.Model.Loading;

namespace Bistro.Registry.OnDemand;

/// <summary>
/// Fetches junctions for a server. Concurrent requests share one fetch per junction. After a failure, the next attempt waits for a pause that doubles
/// with each failure.
/// </summary>
public sealed class PacedJunctions(IJunctionFetcher fetcher, TimeProvider time) : IJunctionFetcher
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly SingleFlight<string, string?> _fetching = new();
    private readonly ConcurrentDictionary<string, Failure> _failures = new(StringComparer.Ordinal);

    /// <exception cref="JunctionAwayException">The sources cannot be fetched now.</exception>
    public Task<string?> FetchAsync(Element junction, bool isOptional, CancellationToken cancellationToken)
    {
        // Optional junctions are not fetched from the network.
        if (isOptional)
            return fetcher.FetchAsync(junction, isOptional, cancellationToken);
        // The key contains the name, because the message names the junction and several projects may have equal ones.
        var key = $"{junction.Project.Name}/{junction.FullName}/{junction.Keys.Weak}";
        if (_failures.TryGetValue(key, out var failure) && failure.Until - time.GetUtcNow() is var rest && rest > TimeSpan.Zero)
            return Task.FromException<string?>(new JunctionAwayException(failure.Message, rest));
        return _fetching.RunAsync(key, () => FetchAsync(junction, key)).WaitAsync(cancellationToken);
    }

    private async Task<string?> FetchAsync(Element junction, string key)
    {
        try
        {
            var folder = await fetcher.FetchAsync(junction, isOptional: false, CancellationToken.None);
            _failures.TryRemove(key, out _);
            return folder;
        }
        catch (Exception cause) when (cause is SourceException or ToolException or MissingToolException or BuildException or IOException or UnauthorizedAccessException)
        {
            var pause = _failures.TryGetValue(key, out var before) ? TimeSpan.FromTicks(Math.Min(2 * before.Pause.Ticks, LongestPause.Ticks)) : FirstPause;
            // System messages contain paths of the server.
            var reason = cause is IOException or UnauthorizedAccessException ? "The server's store failed; its log says why." : cause.Message;
            var message = $"The junction '{junction.FullName}' cannot be fetched at present. {reason}";
            _failures[key] = new Failure(message, pause, time.GetUtcNow() + pause);
            DropForgotten();
            throw new JunctionAwayException(message, pause, cause);
        }
    }

    // A junction that was not asked for again for a while starts with the first pause. Projects change, and with them the keys.
    private void DropForgotten()
    {
        var old = time.GetUtcNow() - (2 * LongestPause);
        foreach (var (key, failure) in _failures)
            if (failure.Until < old)
                _failures.TryRemove(key, out _);
    }

    private sealed record Failure(string Message, TimeSpan Pause, DateTimeOffset Until);
}

/// <summary>A junction's sources cannot be fetched now, but perhaps later.</summary>
/// <param name="message">The junction, the source and the cause.</param>
/// <param name="retryAfter">When the next attempt is due.</param>
/// <param name="cause">The failure; null if there was no attempt because of an earlier failure.</param>
public sealed class JunctionAwayException(string message, TimeSpan retryAfter, Exception? cause = null) : Exception(message, cause)
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}
