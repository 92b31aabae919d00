using System.Collections.Concurrent;

namespace Bistro.Model.Disk;

/// <summary>Which version of each path was seen, and when. Thread-safe.</summary>
internal sealed class Sightings(Sequence sequence, Func<string, FileStatus> look)
{
    private readonly ConcurrentDictionary<string, Sighting> _seen = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>The version that counts: the first that is seen when a load asks.</summary>
    public FileStatus Find(string path)
    {
        if (_seen.TryGetValue(path, out var known))
            return known.IsUsed ? known.Status : Use(path, known);
        var sighting = Look(path);
        sighting.IsUsed = true;
        return _seen.GetOrAdd(path, sighting).Status;
    }

    /// <summary>Looks whether the version that counts is still there.</summary>
    public void Confirm(string path)
    {
        if (!_seen.TryGetValue(path, out var sighting))
            return;
        // Numbered before the look: at that number the version was still there.
        var number = sequence.Next();
        if (look(path) == sighting.Status)
            sighting.Confirm(number);
    }

    /// <summary>Looks again at every path.</summary>
    /// <param name="next">Takes what is there now.</param>
    /// <param name="span">Takes the times of what was there.</param>
    public void Reexamine(Sightings next, CommonSpan span)
    {
        foreach (var (path, sighting) in _seen)
        {
            var now = next._seen[path] = next.Look(path);
            if (sighting.IsUsed)
                span.Add(path, sighting.First, now.Status == sighting.Status ? long.MaxValue : sighting.Last);
        }
    }

    /// <summary>Drops all sightings: a path that is asked for again is looked at again.</summary>
    public void Clear() => _seen.Clear();

    /// <summary>Uses what was seen at the end of the last attempt, or what is there instead by now.</summary>
    private FileStatus Use(string path, Sighting known)
    {
        lock (_lock)
        {
            var before = _seen.GetValueOrDefault(path, known);
            if (before.IsUsed)
                return before.Status;
            var now = Look(path);
            if (now.Status == before.Status)
                now = before;
            else
                _seen[path] = now;
            now.IsUsed = true;
            return now.Status;
        }
    }

    private Sighting Look(string path)
    {
        var before = sequence.Next();
        return new Sighting(look(path), before, sequence.Next());
    }

    /// <summary>A version that was seen. It was there from <see cref="First"/> to <see cref="Last"/>, if that is later.</summary>
    /// <param name="status">The version.</param>
    /// <param name="before">The number before the look.</param>
    /// <param name="after">The number after the look.</param>
    private sealed class Sighting(FileStatus status, long before, long after)
    {
        private long _last = before;
        private volatile bool _isUsed;

        public FileStatus Status { get; } = status;

        public long First { get; } = after;

        public long Last => Volatile.Read(ref _last);

        /// <summary>Whether the load asked for it; false for what only an earlier attempt needed so far.</summary>
        public bool IsUsed
        {
            get => _isUsed;
            set => _isUsed = value;
        }

        public void Confirm(long number) => Interlocked.Exchange(ref _last, number);
    }
}

/// <summary>Numbers looks at the disk in their order.</summary>
internal sealed class Sequence
{
    private long _last;

    public long Next() => Interlocked.Increment(ref _last);
}

/// <summary>The time that all versions seen have in common, in numbers of a <see cref="Sequence"/>.</summary>
internal sealed class CommonSpan
{
    private long _latestFirst;
    private long _earliestLast = long.MaxValue;

    /// <summary>Whether there was a moment at which every version was on the disk.</summary>
    public bool Holds => _latestFirst <= _earliestLast;

    /// <summary>The path that changed first; null where none did.</summary>
    public string? Changed { get; private set; }

    public void Add(string path, long first, long last)
    {
        _latestFirst = Math.Max(_latestFirst, first);
        if (last >= _earliestLast)
            return;
        (_earliestLast, Changed) = (last, path);
    }
}
