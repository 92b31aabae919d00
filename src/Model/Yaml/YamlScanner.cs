namespace Bistro.Model.Yaml;

/// <summary>
/// Takes YAML text apart into tokens, as libyaml does, which BuildStream reads with: where lines are indented more or less,
/// and where a key turns out to have been one, tokens say so. It is ours for speed: reading was half of loading a project.
/// </summary>
/// <remarks>
/// A key is recognised by the <c>:</c> after it. Until that is seen or ruled out (another line, or too far away) the token that
/// may be a key is held back, so that a <see cref="YamlTokenKind.Key"/> can be put before it.
/// </remarks>
internal sealed partial class YamlScanner
{
    // YAML 1.1, 9.1.3: an implicit key is no longer than this, and on one line.
    private const int LongestKey = 1024;

    private readonly YamlText _text;
    private readonly YamlTokenQueue _tokens = new();
    private readonly Stack<int> _indents = new();

    /// <summary>One for the block context and one for each flow collection that is open.</summary>
    private readonly List<PossibleKey> _keys = [default];

    private int _indent = -1;
    private bool _keyAllowed = true;
    private bool _ended;

    /// <summary>Whether the first token is there and is known to be no key.</summary>
    private bool _isReady;

    public YamlScanner(YamlText text) => _text = text;

    public ref readonly YamlToken Current
    {
        get
        {
            while (!_isReady)
            {
                _isReady = !NeedsMore();
                if (!_isReady)
                    Fetch();
            }

            return ref _tokens.First;
        }
    }

    /// <summary>Goes to the next token; there is none behind <see cref="YamlTokenKind.StreamEnd"/>.</summary>
    public void MoveNext()
    {
        if (Current.Kind == YamlTokenKind.StreamEnd)
            return;
        _tokens.RemoveFirst();
        _isReady = false;
    }

    private bool IsInFlow => _keys.Count > 1;

    private bool NeedsMore()
    {
        if (_tokens.IsEmpty)
            return true;
        for (var level = 0; level < _keys.Count; level++)
            if (IsStillPossible(level) && _keys[level].Token == _tokens.FirstNumber)
                return true;
        return false;
    }

    private void Fetch()
    {
        SkipToToken();
        for (var level = 0; level < _keys.Count; level++)
            IsStillPossible(level);
        CloseBlocks(_text.Column);
        var letter = _text.Current;
        if (letter == YamlText.End)
            FetchEnd();
        else if (_text.Column == 0 && letter == '%')
            FetchDirective();
        else if (_text.IsAtDocumentIndicator)
            FetchDocumentIndicator(letter);
        else
            FetchToken(letter, YamlText.IsBlankOrEnd(_text.Ahead(1)));
    }

    private void FetchToken(char letter, bool standsAlone)
    {
        switch (letter)
        {
            case '[':
                OpenFlow(YamlTokenKind.FlowSequenceStart);
                break;
            case '{':
                OpenFlow(YamlTokenKind.FlowMappingStart);
                break;
            case ']':
                CloseFlow(YamlTokenKind.FlowSequenceEnd);
                break;
            case '}':
                CloseFlow(YamlTokenKind.FlowMappingEnd);
                break;
            case ',':
                RuleOutKey();
                _keyAllowed = true;
                AddSign(YamlTokenKind.FlowEntry);
                break;
            case '-' when standsAlone:
                FetchBlockEntry();
                break;
            case '?' when IsInFlow || standsAlone:
                FetchKey();
                break;
            case ':' when IsInFlow || standsAlone:
                FetchValue();
                break;
            case '*' or '&':
                throw _text.Failure(_text.Mark, "Anchors and aliases are disallowed in BuildStream: quote a text that begins so");
            case '!':
                ExpectKey();
                _keyAllowed = false;
                _tokens.Add(ScanTag());
                break;
            case '|' or '>' when !IsInFlow:
                RuleOutKey();
                _keyAllowed = true;
                _tokens.Add(ScanBlockScalar(isLiteral: letter == '|'));
                break;
            case '\'' or '"':
                ExpectKey();
                _keyAllowed = false;
                _tokens.Add(ScanQuoted(letter));
                break;
            default:
                FetchPlain(letter);
                break;
        }
    }

    private void FetchPlain(char letter)
    {
        if (letter is '#' or '|' or '>' or '%' or '@' or '`' or '\t' || (letter == ':' && IsInFlow))
            throw _text.Failure(_text.Mark, $"the character '{letter}' cannot start a value: quote the text");
        ExpectKey();
        _keyAllowed = false;
        _tokens.Add(ScanPlain());
    }

    /// <summary>Goes over blanks, comments and line breaks.</summary>
    private void SkipToToken()
    {
        while (true)
        {
            if (_text.Column == 0 && _text.Current == '\ufeff')
                _text.Skip(1);
            while (_text.Current == ' ' || (_text.Current == '\t' && (IsInFlow || !_keyAllowed)))
                _text.Skip(1);
            if (_text.Current == '#')
                _text.SkipToBreak();
            if (!YamlText.IsBreak(_text.Current))
                return;
            _text.SkipBreak();
            if (!IsInFlow)
                _keyAllowed = true;
        }
    }

    private void FetchEnd()
    {
        if (_ended)
            return;
        _ended = true;
        _text.FinishLine();
        EndDocument();
        _tokens.Add(new YamlToken(YamlTokenKind.StreamEnd, _text.Mark, _text.Mark));
    }

    private void FetchDirective()
    {
        EndDocument();
        _tokens.Add(ScanDirective());
    }

    private void FetchDocumentIndicator(char letter)
    {
        EndDocument();
        AddSign(letter == '-' ? YamlTokenKind.DocumentStart : YamlTokenKind.DocumentEnd, 3);
    }

    private void EndDocument()
    {
        CloseBlocks(-1);
        RuleOutKey();
        _keyAllowed = false;
    }

    private void OpenFlow(YamlTokenKind kind)
    {
        ExpectKey();
        _keys.Add(default);
        _keyAllowed = true;
        AddSign(kind);
    }

    private void CloseFlow(YamlTokenKind kind)
    {
        RuleOutKey();
        if (IsInFlow)
            _keys.RemoveAt(_keys.Count - 1);
        _keyAllowed = false;
        AddSign(kind);
    }

    private void FetchBlockEntry()
    {
        if (!IsInFlow)
            OpenBlock(YamlTokenKind.BlockSequenceStart, "a list item ('-') is not allowed here");
        RuleOutKey();
        _keyAllowed = true;
        AddSign(YamlTokenKind.BlockEntry);
    }

    private void FetchKey()
    {
        if (!IsInFlow)
            OpenBlock(YamlTokenKind.BlockMappingStart, "mapping keys are not allowed in this context");
        RuleOutKey();
        _keyAllowed = !IsInFlow;
        AddSign(YamlTokenKind.Key);
    }

    private void FetchValue()
    {
        var level = _keys.Count - 1;
        if (IsStillPossible(level))
        {
            var key = _keys[level];
            _keys[level] = default;
            _tokens.Insert(key.Token, new YamlToken(YamlTokenKind.Key, key.Mark, key.Mark));
            OpenBlock(YamlTokenKind.BlockMappingStart, key.Mark, key.Token);
            _keyAllowed = false;
        }
        else
        {
            if (!IsInFlow)
                OpenBlock(YamlTokenKind.BlockMappingStart, "mapping values are not allowed in this context");
            _keyAllowed = !IsInFlow;
        }

        AddSign(YamlTokenKind.Value);
    }

    private void AddSign(YamlTokenKind kind, int length = 1)
    {
        var start = _text.Mark;
        _text.Skip(length);
        _tokens.Add(new YamlToken(kind, start, _text.Mark));
    }
}
