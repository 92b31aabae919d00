namespace Bistro.Model.Yaml;

/// <summary>
/// Makes short texts that come again and again (keys, kinds, variable names) one object. It forgets what is pushed out and
/// takes no lock: the worst that two threads can do to each other is to keep a text twice.
/// </summary>
internal static class TextPool
{
    private const int Places = 8192;
    private const int LongestText = 64;

    private static readonly string?[] Texts = new string?[Places];

    public static string Share(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return "";
        if (text.Length > LongestText)
            return text.ToString();
        ref var place = ref Texts[string.GetHashCode(text) & (Places - 1)];
        return place is { } known && text.SequenceEqual(known) ? known : place = text.ToString();
    }
}
