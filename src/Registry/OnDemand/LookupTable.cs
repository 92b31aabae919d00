using System.Collections.Concurrent;

namespace Bistro.Registry.OnDemand;

/// <summary>
/// The elements of a project's image names in one state of its files. Concurrent requests share a lookup. Results are cached; mistakes are
/// cached for a moment only, and exceptions never.
/// </summary>
internal sealed class LookupTable(long version, DateTimeOffset made, TimeProvider time)
{
    // A mistake may disappear without a change of a watched file.
    private static readonly TimeSpan MistakesLast = TimeSpan.FromSeconds(1);

    // Clients can request any number of names that do not exist.
    private const int MostNames = 10_000;

    private readonly ConcurrentDictionary<string, Entry> _names = new(StringComparer.Ordinal);

    /// <summary>The state of the project's files.</summary>
    public long Version { get; } = version;

    public DateTimeOffset Made { get; } = made;

    public bool IsFull => _names.Count > MostNames;

    public Task<ImageLookup> FindAsync(string image, Func<Task<ImageLookup>> lookUp)
    {
        if (_names.TryGetValue(image, out var known))
        {
            if (known.Until > time.GetUtcNow())
                return known.Lookup.Value;
            _names.TryRemove(KeyValuePair.Create(image, known));
        }
        // The reader starts the lookup, so the entry is in the table before the lookup can end.
        return _names.GetOrAdd(image, name => new Entry(entry => RunAsync(name, entry, lookUp))).Lookup.Value;
    }

    private async Task<ImageLookup> RunAsync(string image, Entry entry, Func<Task<ImageLookup>> lookUp)
    {
        var isKept = false;
        try
        {
            var lookup = await Task.Run(lookUp);
            isKept = lookup is not ImageLookup.Unavailable;
            if (lookup is ImageLookup.Broken)
                entry.Until = time.GetUtcNow() + MistakesLast;
            return lookup;
        }
        finally
        {
            if (!isKept)
                _names.TryRemove(KeyValuePair.Create(image, entry));
        }
    }

    private sealed class Entry
    {
        public Entry(Func<Entry, Task<ImageLookup>> run) => Lookup = new Lazy<Task<ImageLookup>>(() => run(this));

        public Lazy<Task<ImageLookup>> Lookup { get; }

        /// <summary>The time at which the entry expires.</summary>
        public DateTimeOffset Until { get; set; } = DateTimeOffset.MaxValue;
    }
}
