using System.Buffers;
using System.Text;
using Bistro.Model.Errors;

namespace Bistro.Model.Yaml;

/// <summary>The text that is being read, and how far it is read. Columns count characters, not UTF-16 units.</summary>
internal sealed class YamlText
{
    /// <summary>Read at the end of the text, which cannot hold it.</summary>
    public const char End = '\0';

    /// <summary>Every character of ASCII that YAML does not allow (YAML 1.1, 5.1).</summary>
    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0x80).Select(code => (char)code).Where(letter => !IsPrintable(letter))]);

    private static readonly SearchValues<char> Breaks = SearchValues.Create("\n\r");

    private readonly SourceFile _file;
    private readonly string _text;
    private readonly bool _isAscii;
    private readonly bool _hasSurrogates;
    private int _lineStart;

    public YamlText(SourceFile file, string text)
    {
        _file = file;
        _text = text;
        _isAscii = Ascii.IsValid(text);
        _hasSurrogates = !_isAscii && text.AsSpan().ContainsAnyInRange('\ud800', '\udfff');
        var unprintable = _isAscii ? text.AsSpan().IndexOfAny(Controls) : IndexOfUnprintable(text);
        if (unprintable < 0)
            return;
        SkipTo(unprintable);
        throw Failure(Mark, $"the character U+{(int)Current:X4} is not allowed");
    }

    public int Index { get; private set; }

    public int Line { get; private set; }

    public int Column => Index - _lineStart;

    public YamlMark Mark => new(Index, Line, Column);

    public char Current => Ahead(0);

    public char Ahead(int count) => Index + count < _text.Length ? _text[Index + count] : End;

    public ReadOnlySpan<char> Rest => _text.AsSpan(Index);

    public ReadOnlySpan<char> Between(int start, int end) => _text.AsSpan(start, end - start);

    /// <summary>Goes over characters of this line.</summary>
    public void Skip(int count)
    {
        if (_hasSurrogates)
        {
            foreach (var letter in _text.AsSpan(Index, count))
                if (char.IsLowSurrogate(letter))
                    _lineStart++;
        }

        Index += count;
    }

    /// <summary>Goes over what remains of this line before its break.</summary>
    public void SkipToBreak() => SkipTo(Breaks);

    /// <summary>Goes to the next of these characters, which must hold both line breaks of ASCII, or to another line break.</summary>
    public void SkipTo(SearchValues<char> stops)
    {
        var length = Rest.IndexOfAny(stops);
        var passed = length < 0 ? Rest : Rest[..length];
        if (!_isAscii && passed.IndexOfAny('\u0085', '\u2028', '\u2029') is >= 0 and var lineBreak)
            passed = passed[..lineBreak];
        Skip(passed.Length);
    }

    /// <summary>Goes over a line break, and gives what a scalar keeps of it.</summary>
    public char SkipBreak()
    {
        var kept = Current is '\u2028' or '\u2029' ? Current : '\n';
        Index += Current == '\r' && Ahead(1) == '\n' ? 2 : 1;
        Line++;
        _lineStart = Index;
        return kept;
    }

    /// <summary>Where the text ends: at the start of a line, whether or not its last line has a break.</summary>
    public void FinishLine()
    {
        if (Column == 0)
            return;
        Line++;
        _lineStart = Index;
    }

    /// <summary>Whether a line begins here with <c>---</c> or <c>...</c>.</summary>
    public bool IsAtDocumentIndicator =>
        Column == 0 && (Rest.StartsWith("---") || Rest.StartsWith("...")) && IsBlankOrEnd(Ahead(3));

    public static bool IsBreak(char letter) => letter is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029';

    public static bool IsBlank(char letter) => letter is ' ' or '\t';

    public static bool IsBlankOrEnd(char letter) => letter is ' ' or '\t' or End || IsBreak(letter);

    public static bool IsBreakOrEnd(char letter) => letter == End || IsBreak(letter);

    public LoadException Failure(YamlMark mark, string problem) => new(
        LoadErrorReason.InvalidYaml, Provenance(mark), $"Malformed YAML: {problem}");

    /// <param name="context">What was being read: <c>while parsing a block mapping</c>.</param>
    /// <param name="start">Where that begins.</param>
    /// <param name="problem">What is wrong here.</param>
    public LoadException Failure(string context, YamlMark start, string problem) => Failure(context, start, problem, Mark);

    public LoadException Failure(string context, YamlMark start, string problem, YamlMark mark) => Failure(
        mark, $"{problem} {context} that begins at line {start.Line + 1}, column {start.Column + 1}");

    public Provenance Provenance(YamlMark mark) => new(_file, mark.Line + 1, mark.Column + 1);

    private void SkipTo(int index)
    {
        while (Index < index)
        {
            if (IsBreak(Current))
                SkipBreak();
            else
                Skip(1);
        }
    }

    private static int IndexOfUnprintable(string text)
    {
        for (var index = 0; index < text.Length; index++)
            if (!IsPrintable(text[index]))
                return index;
        return -1;
    }

    private static bool IsPrintable(char letter) => letter
        is '\t' or '\n' or '\r' or (>= ' ' and <= '~') or '\u0085' or (>= '\u00a0' and <= '\ufffd');
}
