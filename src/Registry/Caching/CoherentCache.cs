using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Bistro.Registry.Caching;

/// <summary>
/// A size-limited cache of metadata or content that is never older than the last acknowledged write. Reads take no lock.
/// Two generations approximate "least recently used": when the young one has filled half of the budget, it becomes the old
/// one and the old one is dropped. Entries of the old generation that are used again move to the young one.
/// </summary>
public sealed class CoherentCache<TKey, TValue>(long budget)
    where TKey : notnull
{
    private readonly Lock _writing = new();
    private volatile ConcurrentDictionary<TKey, Entry> _young = new();
    private volatile ConcurrentDictionary<TKey, Entry> _old = new();
    private long _youngCost;
    private long _version;

    /// <summary>Read this before reading the value to add; see <see cref="Add"/>.</summary>
    public long Version => Volatile.Read(ref _version);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_young.TryGetValue(key, out var entry) || TryKeep(key, out entry))
        {
            value = entry.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Adds a value, unless an entry was removed after <paramref name="version"/> was read: the value may be stale then.</summary>
    /// <param name="cost">The entry's share of the budget.</param>
    public void Add(TKey key, TValue value, long cost, long version)
    {
        lock (_writing)
        {
            if (version == _version)
                AddYoung(key, new Entry(value, cost));
        }
    }

    /// <summary>Removes a key. Call this after the write that changes it and before that write is acknowledged.</summary>
    public void Remove(TKey key)
    {
        lock (_writing)
        {
            Volatile.Write(ref _version, _version + 1);
            if (_young.TryRemove(key, out var entry))
                _youngCost -= entry.Cost;
            _old.TryRemove(key, out _);
        }
    }

    public void Clear()
    {
        lock (_writing)
        {
            Volatile.Write(ref _version, _version + 1);
            _young = new();
            _old = new();
            _youngCost = 0;
        }
    }

    private bool TryKeep(TKey key, out Entry entry)
    {
        if (!_old.ContainsKey(key))
        {
            entry = default;
            return false;
        }

        lock (_writing)
        {
            if (!_old.TryRemove(key, out entry))
                return _young.TryGetValue(key, out entry);
            AddYoung(key, entry);
            return true;
        }
    }

    private void AddYoung(TKey key, Entry entry)
    {
        if (_young.TryGetValue(key, out var replaced))
            _youngCost -= replaced.Cost;
        _young[key] = entry;
        _youngCost += entry.Cost;
        if (_youngCost <= budget / 2)
            return;
        _old = _young;
        _young = new();
        _youngCost = 0;
    }

    private readonly record struct Entry(TValue Value, long Cost);
}
