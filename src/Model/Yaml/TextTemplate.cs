using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Bistro.Model.Yaml;

/// <summary>A text taken apart at its <c>%{references}</c>, once, so that each expansion only joins.</summary>
internal sealed partial class TextTemplate
{
    private TextTemplate(ImmutableArray<Part> parts) => Parts = parts;

    /// <summary>Literals and references as they follow each other, no literal empty.</summary>
    public ImmutableArray<Part> Parts { get; }

    public static TextTemplate Parse(string text)
    {
        var parts = ImmutableArray.CreateBuilder<Part>();
        var end = 0;
        foreach (var match in Reference().EnumerateMatches(text))
        {
            if (match.Index > end)
                parts.Add(new Part(text[end..match.Index], IsReference: false));
            end = match.Index + match.Length;
            parts.Add(new Part(TextPool.Share(text.AsSpan(match.Index + 2, match.Length - 3)), IsReference: true));
        }

        if (end < text.Length)
            parts.Add(new Part(text[end..], IsReference: false));
        return new TextTemplate(parts.DrainToImmutable());
    }

    [GeneratedRegex("%{[a-zA-Z][a-zA-Z0-9_-]*}")]
    private static partial Regex Reference();

    /// <param name="Text">The literal, or the name of the variable.</param>
    /// <param name="IsReference">Whether it is a variable's name.</param>
    public readonly record struct Part(string Text, bool IsReference);
}

public sealed partial class ScalarNode
{
    private TextTemplate? _template;

    internal TextTemplate Template => _template ??= TextTemplate.Parse(Value);
}
