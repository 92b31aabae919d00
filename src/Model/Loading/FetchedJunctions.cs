using System.Collections.Concurrent;
using Bistro.Model.Elements;

namespace Bistro.Model.Loading;

/// <summary>The folders of junctions that were fetched, by the junction's key. Thread-safe.</summary>
internal sealed class FetchedJunctions(IJunctionFetcher fetcher)
{
    private readonly ConcurrentDictionary<string, string> _folders = new(StringComparer.Ordinal);

    /// <summary>Optional junctions that are not available yet.</summary>
    private readonly ConcurrentDictionary<string, Element> _absent = new(StringComparer.Ordinal);

    /// <summary>Finds what was fetched.</summary>
    /// <param name="junction">The junction; its key is known.</param>
    /// <param name="isOptional">Whether the load can go on without it.</param>
    /// <param name="folder">Its folder; null if it is optional and not available.</param>
    /// <returns>False where it must be fetched first.</returns>
    public bool TryFind(Element junction, bool isOptional, out string? folder) =>
        _folders.TryGetValue(junction.Keys.Weak, out folder) || (isOptional && _absent.ContainsKey(junction.Keys.Weak));

    /// <summary>Fetches a junction. Nothing is kept of a failure.</summary>
    /// <returns>False if it is not available, although the load needs it.</returns>
    public async Task<bool> FetchAsync(Element junction, bool isOptional, CancellationToken cancellationToken)
    {
        if (await fetcher.FetchAsync(junction, isOptional, cancellationToken) is { } folder)
            _folders[junction.Keys.Weak] = folder;
        else if (isOptional)
            _absent[junction.Keys.Weak] = junction;
        else
            return false;
        return true;
    }

    /// <summary>Looks again for the optional junctions that were not available. Returns true if one is now.</summary>
    public async Task<bool> FindAbsentAsync(CancellationToken cancellationToken)
    {
        var isFound = false;
        foreach (var (key, junction) in _absent)
        {
            if (!_folders.ContainsKey(key) && await fetcher.FetchAsync(junction, isOptional: true, cancellationToken) is { } folder)
                _folders[key] = folder;
            if (_folders.ContainsKey(key))
                isFound |= _absent.TryRemove(key, out _);
        }
        return isFound;
    }
}
