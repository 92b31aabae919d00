using System.Globalization;
using Bistro.Builder.Content;
using Bistro.Builder.Upkeep;
using Bistro.Model.Yaml;
using Bistro.Registry.Upkeep;

namespace Bistro.Registry.Configuration;

/// <summary>The section <c>cache</c>; <c>quota</c> is written as in BuildStream's user configuration.</summary>
internal static class CacheSection
{
    public static CacheOptions Read(MappingNode root, Mistakes mistakes)
    {
        var section = mistakes.Section(root, "cache", "quota", "high-watermark", "low-watermark", "grace", "upload-expiry", "interval");
        var (defaults, collection) = (new CacheOptions(), CollectionOptions.Default);
        var high = mistakes.Check(() => Part(section.Scalar("high-watermark")) ?? collection.HighWatermark, 1);
        var low = mistakes.Check(() => Part(section.Scalar("low-watermark")) ?? Math.Min(collection.LowWatermark, high), 0);
        if (low > high)
            mistakes.Check(() => throw Mistakes.At(section["low-watermark"]!, "'low-watermark' must not be above 'high-watermark'"));
        return new CacheOptions
        {
            Collection = new CollectionOptions
            {
                Quota = mistakes.Check(() => Quota(section.Scalar("quota")), null),
                HighWatermark = high,
                LowWatermark = low,
                Grace = mistakes.Seconds(section, "grace", collection.Grace, least: 2 * (int)ContentStore.ClaimPrecision.TotalSeconds),
            },
            UploadExpiry = mistakes.Seconds(section, "upload-expiry", defaults.UploadExpiry, least: 2 * (int)ContentStore.ClaimPrecision.TotalSeconds),
            Interval = mistakes.Seconds(section, "interval", defaults.Interval, least: 0),
        };
    }

    private static long? Quota(ScalarNode? node) => node?.Value switch
    {
        null or "infinity" => null,
        var text => ByteSize.TryParse(text) is { } bytes and > 0
            ? bytes
            : throw Mistakes.At(node, $"'{text}' is no quota: write bytes, as in 50G, or infinity"),
    };

    private static double? Part(ScalarNode? node)
    {
        if (node is null)
            return null;
        return node.Value.EndsWith('%')
            && int.TryParse(node.Value.AsSpan(0, node.Value.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent is > 0 and <= 100
            ? percent / 100.0
            : throw Mistakes.At(node, $"'{node.Value}' is no part of the quota: write a percentage, as in 90%");
    }
}
