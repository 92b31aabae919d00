namespace Bistro.Model.Python;

/// <summary>White space as Python defines it, where it affects the meaning of a project.</summary>
internal static class PythonText
{
    /// <summary>The text without white space at both ends (<c>str.strip</c>); itself where there is none.</summary>
    public static string Strip(string text)
    {
        if (text.Length == 0 || !(IsSpace(text[0]) || IsSpace(text[^1])))
            return text;
        var start = 0;
        var end = text.Length;
        while (start < end && IsSpace(text[start]))
            start++;
        while (end > start && IsSpace(text[end - 1]))
            end--;
        return text[start..end];
    }

    // Python also counts the separators of ASCII.
    private static bool IsSpace(char letter) => char.IsWhiteSpace(letter) || letter is >= '\u001c' and <= '\u001f';
}
