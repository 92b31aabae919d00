using System.Text;

namespace Bistro.Model.Yaml;

/// <summary>Block scalars, tags and directives.</summary>
internal sealed partial class YamlScanner
{
    private YamlToken ScanBlockScalar(bool isLiteral)
    {
        var start = _text.Mark;
        _text.Skip(1);
        var (chomping, increment) = ScanBlockHeader(start);
        var end = _text.Mark;
        var indent = increment == 0 ? 0 : Math.Max(_indent, 0) + increment;
        _value.Clear();
        var breaks = SkipBlockBreaks(ref indent, start, ref end);
        var lineBreak = default(char?);
        var wasBlank = false;
        while (_text.Column == indent && _text.Current != YamlText.End)
        {
            var isBlank = YamlText.IsBlank(_text.Current);
            if (isLiteral || lineBreak != '\n' || wasBlank || isBlank)
                _value.Append(lineBreak);
            else if (breaks is null)
                _value.Append(' ');
            _value.Append(breaks);
            wasBlank = isBlank;

            var from = _text.Index;
            _text.SkipToBreak();
            _value.Append(_text.Between(from, _text.Index));
            end = _text.Mark;
            lineBreak = _text.Current == YamlText.End ? null : _text.SkipBreak();
            breaks = SkipBlockBreaks(ref indent, start, ref end);
        }

        if (chomping != '-')
            _value.Append(lineBreak);
        if (chomping == '+')
            _value.Append(breaks);
        return new YamlToken(YamlTokenKind.Scalar, start, end, _value.ToString());
    }

    /// <summary>Reads the rest of the line after <c>|</c> or <c>&gt;</c>.</summary>
    private (char Chomping, int Increment) ScanBlockHeader(YamlMark start)
    {
        var chomping = default(char);
        var increment = 0;
        for (var count = 0; count < 2; count++)
        {
            var letter = _text.Current;
            if (letter is '+' or '-' && chomping == default)
                chomping = letter;
            else if (letter == '0')
                throw _text.Failure("in the block scalar", start, "found an indentation indicator equal to 0");
            else if (char.IsAsciiDigit(letter) && increment == 0)
                increment = letter - '0';
            else
                break;
            _text.Skip(1);
        }

        SkipToLineEnd("in the block scalar", start);
        return (chomping, increment);
    }

    private void SkipToLineEnd(string context, YamlMark start)
    {
        while (YamlText.IsBlank(_text.Current))
            _text.Skip(1);
        if (_text.Current == '#')
            _text.SkipToBreak();
        if (!YamlText.IsBreakOrEnd(_text.Current))
            throw _text.Failure(context, start, "did not find expected comment or line break");
        if (_text.Current != YamlText.End)
            _text.SkipBreak();
    }

    /// <summary>Goes over indentation and empty lines, whose breaks it gives; finds the indentation where it is 0.</summary>
    private string? SkipBlockBreaks(ref int indent, YamlMark start, ref YamlMark end)
    {
        var breaks = default(StringBuilder);
        var deepest = 0;
        while (true)
        {
            while ((indent == 0 || _text.Column < indent) && _text.Current == ' ')
                _text.Skip(1);
            deepest = Math.Max(deepest, _text.Column);
            if ((indent == 0 || _text.Column < indent) && _text.Current == '\t')
                throw _text.Failure(
                    "in the block scalar", start, "found a tab character where an indentation space is expected");
            if (!YamlText.IsBreak(_text.Current))
                break;
            (breaks ??= new StringBuilder()).Append(_text.SkipBreak());
            end = _text.Mark;
        }

        if (indent == 0)
            indent = Math.Max(deepest, Math.Max(_indent + 1, 1));
        return breaks?.ToString();
    }

    private YamlToken ScanTag()
    {
        const string Context = "in the tag";
        var start = _text.Mark;
        string handle, suffix;
        if (_text.Ahead(1) == '<')
        {
            _text.Skip(2);
            (handle, suffix) = ("", ScanTagText(",[]", start));
            if (suffix.Length == 0 || _text.Current != '>')
                throw _text.Failure(Context, start, "did not find the expected '>'");
            _text.Skip(1);
        }
        else
        {
            handle = ScanTagHandle();
            // Without a second `!` it is not a handle, but the start of a local tag.
            var isHandle = handle.Length > 1 && handle.EndsWith('!');
            suffix = isHandle ? ScanTagText("", start) : handle[1..] + ScanTagText("", start);
            if (isHandle && suffix.Length == 0)
                throw _text.Failure(Context, start, "did not find expected tag URI");
            handle = isHandle ? handle : suffix.Length == 0 ? "" : "!";
            suffix = suffix.Length == 0 ? "!" : suffix;
        }

        if (!YamlText.IsBlankOrEnd(_text.Current) && !(IsInFlow && _text.Current == ','))
            throw _text.Failure(Context, start, "did not find expected whitespace or line break");
        return new YamlToken(YamlTokenKind.Tag, start, _text.Mark, suffix, handle);
    }

    private string ScanTagHandle()
    {
        var from = _text.Index;
        _text.Skip(1);
        while (IsWordPart(_text.Current))
            _text.Skip(1);
        if (_text.Current == '!')
            _text.Skip(1);
        return _text.Between(from, _text.Index).ToString();
    }

    private string ScanTagText(string more, YamlMark start)
    {
        var from = _text.Index;
        for (; IsTagPart(_text.Current, more); _text.Skip(1))
            if (_text.Current == '%' && !(char.IsAsciiHexDigit(_text.Ahead(1)) && char.IsAsciiHexDigit(_text.Ahead(2))))
                throw _text.Failure("in the tag", start, "did not find two hexadecimal digits behind '%'");
        return _text.Between(from, _text.Index).ToString();
    }

    private static bool IsWordPart(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-';

    private static bool IsTagPart(char letter, string more) =>
        IsWordPart(letter) || ";/?:@&=+$.!~*'()%".Contains(letter) || more.Contains(letter);

    private static bool IsTagHandle(string text) =>
        text == "!" || (text is ['!', .. var word, '!'] && word.All(IsWordPart));

    private YamlToken ScanDirective()
    {
        const string Context = "in the directive";
        var start = _text.Mark;
        var from = _text.Index;
        _text.SkipToBreak();
        var words = _text.Between(from, _text.Index).ToString().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var comment = Array.FindIndex(words, word => word.StartsWith('#'));
        var end = _text.Mark;
        return (comment < 0 ? words : words[..comment]) switch
        {
            ["%YAML", "1.1" or "1.2"] => new YamlToken(YamlTokenKind.VersionDirective, start, end),
            ["%TAG", var handle, var prefix] when IsTagHandle(handle) && prefix.All(letter => IsTagPart(letter, ",[]")) =>
                new YamlToken(YamlTokenKind.TagDirective, start, end, prefix, handle),
            _ => throw _text.Failure(Context, start, "found no %YAML directive of version 1.1 or 1.2, and no %TAG directive", start),
        };
    }
}
