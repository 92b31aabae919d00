using System.Globalization;

namespace Bistro.Registry.Upkeep;

/// <summary>Formats numbers of bytes for people, in powers of 1024.</summary>
public static class ByteSize
{
    private const string Units = "KMGT";

    /// <summary>With one decimal, such as <c>1.5 GB</c>.</summary>
    public static string Format(long bytes)
    {
        var (value, unit) = ((double)bytes, -1);
        while (value >= 1024 && unit < Units.Length - 1)
            (value, unit) = (value / 1024, unit + 1);
        return unit < 0 ? $"{bytes} bytes" : string.Create(CultureInfo.InvariantCulture, $"{value:F1} {Units[unit]}B");
    }
}
