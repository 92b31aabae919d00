using System.Collections.Immutable;
using System.Text;

namespace Bistro.Model.Options;

internal enum ExpressionTokenKind
{
    Name,
    Text,
    Number,
    Sign,
    End,
}

/// <summary>A word, literal or sign of a condition.</summary>
internal readonly record struct ExpressionToken(ExpressionTokenKind Kind, string Text)
{
    private static readonly string[] Signs =
        ["==", "!=", "<=", ">=", "//", "**", "<", ">", "(", ")", "[", "]", ",", "~", "|", ".", "=", "+", "-", "*", "/", "%", "{", "}", ":"];

    /// <summary>Whether it is this word or sign.</summary>
    public bool Is(string text) => Kind is ExpressionTokenKind.Name or ExpressionTokenKind.Sign && Text == text;

    public bool IsAny(params ReadOnlySpan<string> texts) => texts.Contains(Text);

    public string Described => Kind == ExpressionTokenKind.End ? "it ends too early" : $"unexpected '{Text}'";

    /// <exception cref="ExpressionException">Part of it is not a token.</exception>
    public static ImmutableArray<ExpressionToken> Split(string text)
    {
        var tokens = ImmutableArray.CreateBuilder<ExpressionToken>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            tokens.Add(
                text[at] is '"' or '\'' ? TakeText(text, ref at)
                : char.IsAsciiDigit(text[at]) ? TakeNumber(text, ref at)
                : IsNamePart(text[at]) && !char.IsDigit(text[at]) ? TakeWhile(text, ref at, ExpressionTokenKind.Name, IsNamePart)
                : TakeSign(text, ref at));
        }

        tokens.Add(new ExpressionToken(ExpressionTokenKind.End, ""));
        return tokens.DrainToImmutable();
    }

    private static bool IsNamePart(char letter) => char.IsLetterOrDigit(letter) || letter == '_';

    private static ExpressionToken TakeWhile(string text, ref int at, ExpressionTokenKind kind, Func<char, bool> belongs)
    {
        var start = at;
        while (at < text.Length && belongs(text[at]))
            at++;
        return new ExpressionToken(kind, text[start..at]);
    }

    // Digits with single underscores between them; what begins with 0 is 0.
    private static ExpressionToken TakeNumber(string text, ref int at)
    {
        var start = at++;
        while (at < text.Length && (Belongs(text[at]) || (text[at] == '_' && at + 1 < text.Length && Belongs(text[at + 1]))))
            at++;
        return new ExpressionToken(ExpressionTokenKind.Number, text[start..at].Replace("_", "", StringComparison.Ordinal));

        bool Belongs(char letter) => text[start] == '0' ? letter == '0' : char.IsAsciiDigit(letter);
    }

    private static ExpressionToken TakeSign(string text, ref int at)
    {
        foreach (var sign in Signs)
        {
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) != 0)
                continue;
            at += sign.Length;
            return new ExpressionToken(ExpressionTokenKind.Sign, sign);
        }

        throw new ExpressionException($"unexpected char '{text[at]}' at {at}");
    }

    private static ExpressionToken TakeText(string text, ref int at)
    {
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            var escaped = text[at] == '\\' && at + 1 < text.Length;
            value.Append(escaped ? Unescape(text[at + 1]) : text[at]);
            at += escaped ? 2 : 1;
        }

        return at++ < text.Length
            ? new ExpressionToken(ExpressionTokenKind.Text, value.ToString())
            : throw new ExpressionException($"the text behind {quote} does not end");
    }

    private static string Unescape(char letter) => letter switch
    {
        'n' => "\n",
        't' => "\t",
        '\\' or '\'' or '"' => letter.ToString(),
        _ => "\\" + letter,
    };
}
