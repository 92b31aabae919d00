using System.Globalization;
using Bistro.Builder.Content;
using Bistro.Builder.Upkeep;
using Bistro.Model.Yaml;
using Bistro.Registry.Upkeep;

namespace Bistro.Registry.Configuration;

/// <summary>Reads <c>cache:</c>; <c>quota</c> has the format of BuildStream's user configuration.</summary>
internal static class CacheSection
{
    private static readonly int LeastGrace = 2 * (int)ContentStore.ClaimPrecision.TotalSeconds;

    public static CacheOptions Read(MappingNode root, ConfigurationScope scope)
    {
        var cache = scope.Section(root, "cache", "quota", "high-watermark", "low-watermark", "grace", "upload-expiry", "interval");
        var (defaults, collection) = (new CacheOptions(), CollectionOptions.Default);
        var high = scope.Check(() => Part(cache, "high-watermark", collection.HighWatermark), 1);
        var low = scope.Check(() => Part(cache, "low-watermark", Math.Min(collection.LowWatermark, high)), 0);
        if (low > high)
            scope.Add(cache["low-watermark"]!.Wrong("'low-watermark' must not be above 'high-watermark'"));
        return new CacheOptions
        {
            Collection = new CollectionOptions
            {
                Quota = scope.Check(() => cache.OptionalText("quota") == "infinity" ? null : cache.OptionalBytes("quota"), null),
                HighWatermark = high,
                LowWatermark = low,
                Grace = scope.Check(() => Seconds(cache, "grace", LeastGrace, collection.Grace), collection.Grace),
            },
            UploadExpiry = scope.Check(() => Seconds(cache, "upload-expiry", LeastGrace, defaults.UploadExpiry), defaults.UploadExpiry),
            Interval = scope.Check(() => Seconds(cache, "interval", 0, defaults.Interval), defaults.Interval),
        };
    }

    private static TimeSpan Seconds(MappingNode section, string key, int least, TimeSpan absent) =>
        section.Contains(key) ? TimeSpan.FromSeconds(section.AtLeast(key, least, least)) : absent;

    private static double Part(MappingNode section, string key, double absent)
    {
        if (section.Scalar(key) is not { } part)
            return absent;
        return part.Value.EndsWith('%')
            && int.TryParse(part.Value.AsSpan(0, part.Value.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
            && percent is > 0 and <= 100
            ? percent / 100.0
            : throw part.Wrong($"'{key}' must be a percentage of the quota, such as 90%, not '{part.Value}'");
    }
}
