using System.Globalization;
using Bistro.Model.Elements;

namespace Bistro.Builder.Images.Declared;

/// <summary>The creation time of an image: the one in the environment of the element's commands, never the clock's.</summary>
internal static class SourceDateEpoch
{
    // BuildStream's default for every element.
    private const long Default = 1321009871;

    /// <summary>RFC 3339, in UTC.</summary>
    public static string Of(Element element)
    {
        var written = element.Environment.FirstOrDefault(variable => variable.Key == "SOURCE_DATE_EPOCH").Value;
        var seconds = long.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var set) && set <= uint.MaxValue ? set : Default;
        return DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
