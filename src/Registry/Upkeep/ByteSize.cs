using System.Globalization;

namespace Bistro.Registry.Upkeep;

/// <summary>Numbers of bytes as people write them: BuildStream's <c>10G</c>, in powers of 1024.</summary>
public static class ByteSize
{
    private const string Units = "KMGT";

    /// <summary>A whole number, perhaps followed by K, M, G or T; null for anything else, and for what is no number of bytes.</summary>
    public static long? TryParse(string text)
    {
        var unit = text.Length > 0 ? Units.IndexOf(text[^1], StringComparison.Ordinal) : -1;
        var digits = unit < 0 ? text : text[..^1];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        var factor = 1L << (10 * (unit + 1));
        return number <= long.MaxValue / factor ? number * factor : null;
    }

    /// <summary>With one decimal, as in <c>1.5 GB</c>.</summary>
    public static string Format(long bytes)
    {
        var (value, unit) = ((double)bytes, -1);
        while (value >= 1024 && unit < Units.Length - 1)
            (value, unit) = (value / 1024, unit + 1);
        return unit < 0 ? $"{bytes} bytes" : string.Create(CultureInfo.InvariantCulture, $"{value:F1} {Units[unit]}B");
    }
}
