namespace Bistro.Registry.Errors;

/// <summary>Client input, sanitised for error messages.</summary>
public static class Printable
{
    private const int Longest = 160;

    /// <summary>The beginning of the text, without control characters.</summary>
    public static string Of(string text) => string.Create(Math.Min(text.Length, Longest), text, (target, source) =>
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
    });
}
