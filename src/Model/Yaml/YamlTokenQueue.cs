namespace Bistro.Model.Yaml;

/// <summary>Tokens that are scanned and not yet taken, numbered through from the first of the text.</summary>
internal sealed class YamlTokenQueue
{
    private YamlToken[] _tokens = new YamlToken[16];
    private int _start;
    private int _end;

    public bool IsEmpty => _start == _end;

    public ref readonly YamlToken First => ref _tokens[_start];

    /// <summary>The number of the first token.</summary>
    public int FirstNumber { get; private set; }

    /// <summary>The number that the next added token gets.</summary>
    public int NextNumber => FirstNumber + _end - _start;

    public void RemoveFirst()
    {
        FirstNumber++;
        if (++_start == _end)
            _start = _end = 0;
    }

    public void Add(in YamlToken token) => Insert(NextNumber, token);

    /// <summary>Puts the token before the one that has the number now.</summary>
    public void Insert(int number, in YamlToken token)
    {
        if (_end == _tokens.Length)
            Array.Resize(ref _tokens, 2 * _tokens.Length);
        var index = _start + number - FirstNumber;
        Array.Copy(_tokens, index, _tokens, index + 1, _end - index);
        _tokens[index] = token;
        _end++;
    }
}
