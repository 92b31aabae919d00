using System.Buffers;
using System.Globalization;
using System.Text;

namespace Bistro.Model.Yaml;

/// <summary>Scalars without and with quotes.</summary>
internal sealed partial class YamlScanner
{
    private static readonly SearchValues<char> PlainStops = SearchValues.Create(": \t\n\r");
    private static readonly SearchValues<char> PlainFlowStops = SearchValues.Create(",[]{}: \t\n\r");
    private static readonly SearchValues<char> QuotedStops = SearchValues.Create("'\"\\\n\r");

    /// <summary>Buffer for a scalar that differs from its text in the file.</summary>
    private readonly StringBuilder _value = new();

    private YamlToken ScanPlain()
    {
        var start = _text.Mark;
        var end = start;
        var isPutTogether = false;
        var gap = default(LineGap);
        while (!_text.IsAtDocumentIndicator && _text.Current != '#')
        {
            var from = _text.Index;
            SkipPlainWord(start);
            if (_text.Index > from)
            {
                if (gap.HasBreak && !isPutTogether)
                    _value.Clear().Append(_text.Between(start.Index, end.Index));
                isPutTogether |= gap.HasBreak;
                if (gap.HasBreak)
                    gap.AppendTo(_value).Append(_text.Between(from, _text.Index));
                else if (isPutTogether)
                    _value.Append(_text.Between(end.Index, _text.Index));
                gap = default;
                end = _text.Mark;
            }

            if (!YamlText.IsBlank(_text.Current) && !YamlText.IsBreak(_text.Current))
                break;
            SkipGap(ref gap, start, _indent + 1);
            if (!IsInFlow && _text.Column <= _indent)
                break;
        }

        // After a line break, a key is allowed.
        if (gap.HasBreak)
            _keyAllowed = true;
        var value = isPutTogether ? _value.ToString() : TextPool.Share(_text.Between(start.Index, end.Index));
        return new YamlToken(YamlTokenKind.Scalar, start, end, value);
    }

    private void SkipPlainWord(YamlMark start)
    {
        while (true)
        {
            _text.SkipTo(IsInFlow ? PlainFlowStops : PlainStops);
            if (_text.Current != ':' || YamlText.IsBlankOrEnd(_text.Ahead(1)))
                return;
            if (IsInFlow && _text.Ahead(1) is ',' or '?' or '[' or ']' or '{' or '}')
                throw _text.Failure("in the text", start, "found unexpected ':'");
            _text.Skip(1);
        }
    }

    private YamlToken ScanQuoted(char quote)
    {
        var start = _text.Mark;
        _text.Skip(1);
        _value.Clear();
        var from = _text.Index;
        while (!TryEndQuoted(quote, start, ref from))
        {
        }

        // Without escapes and line breaks, the scalar is a part of the text.
        var rest = _text.Between(from, _text.Index);
        var value = from == start.Index + 1 ? TextPool.Share(rest) : _value.Append(rest).ToString();
        _text.Skip(1);
        return new YamlToken(YamlTokenKind.Scalar, start, _text.Mark, value);
    }

    /// <summary>Goes to the closing quote, or over the next escape or line break.</summary>
    /// <param name="from">Behind what is in <see cref="_value"/>.</param>
    private bool TryEndQuoted(char quote, YamlMark start, ref int from)
    {
        if (_text.IsAtDocumentIndicator)
            throw _text.Failure("in the quoted text", start, "found unexpected document indicator");
        _text.SkipTo(QuotedStops);
        var letter = _text.Current;
        if (letter == YamlText.End)
            throw _text.Failure("in the quoted text", start, "found unexpected end of the file");
        if (letter == quote && (quote == '"' || _text.Ahead(1) != '\''))
            return true;

        var run = _text.Between(from, _text.Index);
        if (letter == quote)
        {
            _value.Append(run).Append('\'');
            _text.Skip(2);
        }
        else if (letter == '\\' && quote == '"')
        {
            _value.Append(run);
            ScanEscape(start);
        }
        else if (YamlText.IsBreak(letter))
        {
            _value.Append(run.TrimEnd(" \t"));
            var gap = default(LineGap);
            SkipGap(ref gap, start, 0);
            gap.AppendTo(_value);
        }
        else
        {
            _text.Skip(1);
            return false;
        }

        from = _text.Index;
        return false;
    }

    private void ScanEscape(YamlMark start)
    {
        var letter = _text.Ahead(1);
        if (YamlText.IsBreak(letter))
        {
            _text.Skip(1);
            _text.SkipBreak();
            var gap = new LineGap { HasBreak = true };
            SkipGap(ref gap, start, 0);
            gap.AppendTo(_value);
        }
        else if (letter is 'x' or 'u' or 'U')
        {
            AppendCode(start, letter switch { 'x' => 2, 'u' => 4, _ => 8 });
        }
        else
        {
            _value.Append(Unescape(letter) ?? throw _text.Failure("in the quoted text", start, "found unknown escape character"));
            _text.Skip(2);
        }
    }

    private static char? Unescape(char letter) => letter switch
    {
        '0' => '\0',
        'a' => '\a',
        'b' => '\b',
        't' or '\t' => '\t',
        'n' => '\n',
        'v' => '\v',
        'f' => '\f',
        'r' => '\r',
        'e' => '\e',
        'N' => '\u0085',
        '_' => '\u00a0',
        'L' => '\u2028',
        'P' => '\u2029',
        ' ' or '"' or '/' or '\\' => letter,
        _ => null,
    };

    private void AppendCode(YamlMark start, int digits)
    {
        _text.Skip(2);
        var hex = _text.Rest;
        if (hex.Length < digits || !uint.TryParse(
            hex[..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw _text.Failure("in the quoted text", start, $"did not find {digits} hexadecimal digits");
        if (!Rune.TryCreate(code, out var rune))
            throw _text.Failure("in the quoted text", start, "found invalid Unicode character escape code");
        _value.Append(rune.ToString());
        _text.Skip(digits);
    }

    /// <summary>Goes over blanks and line breaks inside a scalar.</summary>
    private void SkipGap(ref LineGap gap, YamlMark start, int indent)
    {
        while (true)
        {
            if (YamlText.IsBreak(_text.Current))
                gap.Add(_text.SkipBreak());
            else if (!YamlText.IsBlank(_text.Current))
                return;
            else if (gap.HasBreak && _text.Current == '\t' && _text.Column < indent)
                throw _text.Failure("in the text", start, "found a tab character that violates indentation");
            else
                _text.Skip(1);
        }
    }

    /// <summary>Line breaks inside a scalar: one becomes a space, of more the first is dropped.</summary>
    private struct LineGap
    {
        private char _first;
        private string? _more;

        /// <summary>Set from outside for an escaped line break, which leaves nothing.</summary>
        public bool HasBreak { get; set; }

        public void Add(char lineBreak)
        {
            if (HasBreak)
                _more += lineBreak;
            else
                _first = lineBreak;
            HasBreak = true;
        }

        public readonly StringBuilder AppendTo(StringBuilder value) => this switch
        {
            { _first: '\n', _more: null } => value.Append(' '),
            { _first: '\n' or '\0' } => value.Append(_more),
            _ => value.Append(_first).Append(_more),
        };
    }
}
