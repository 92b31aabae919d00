namespace Bistro.Registry.Errors;

/// <summary>What a stranger sent, fit to be shown to him again.</summary>
public static class Printable
{
    private const int Longest = 160;

    /// <summary>Neither endless nor with control characters.</summary>
    public static string Of(string text) => string.Create(Math.Min(text.Length, Longest), text, (target, source) =>
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
    });
}
