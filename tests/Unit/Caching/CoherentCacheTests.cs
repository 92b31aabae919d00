using Bistro.Registry.Caching;

namespace Bistro.Unit.Caching;

public sealed class CoherentCacheTests
{
    private readonly CoherentCache<string, int> _cache = new(100);

    [Fact]
    public void What_was_added_is_there()
    {
        _cache.Add("a", 1, 10, _cache.Version);
        Assert.True(_cache.TryGet("a", out var value));
        Assert.Equal(1, value);
    }

    [Fact]
    public void What_was_read_before_a_write_is_not_kept_after_it()
    {
        var version = _cache.Version;
        _cache.Remove("a");
        _cache.Add("a", 1, 10, version);
        Assert.False(_cache.TryGet("a", out _));
    }

    [Fact]
    public void What_was_removed_is_gone_from_both_generations()
    {
        _cache.Add("a", 1, 40, _cache.Version);
        _cache.Add("b", 2, 40, _cache.Version);
        _cache.Remove("a");
        _cache.Remove("b");
        Assert.False(_cache.TryGet("a", out _));
        Assert.False(_cache.TryGet("b", out _));
    }

    [Fact]
    public void What_is_asked_for_stays_and_the_rest_goes()
    {
        _cache.Add("kept", 0, 10, _cache.Version);
        for (var i = 0; i < 100; i++)
        {
            _cache.Add($"{i}", i, 10, _cache.Version);
            Assert.True(_cache.TryGet("kept", out _));
        }

        Assert.False(_cache.TryGet("0", out _));
        Assert.InRange(Enumerable.Range(0, 100).Count(i => _cache.TryGet($"{i}", out _)), 3, 10);
    }
}
