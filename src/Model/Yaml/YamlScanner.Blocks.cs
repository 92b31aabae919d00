namespace Bistro.Model.Yaml;

/// <summary>Indentation, and tokens that may turn out to be keys.</summary>
internal sealed partial class YamlScanner
{
    /// <summary>Opens a block collection here, unless one of this indentation is open.</summary>
    private void OpenBlock(YamlTokenKind kind, string problem)
    {
        if (!_keyAllowed)
            throw _text.Failure(_text.Mark, problem);
        OpenBlock(kind, _text.Mark, _tokens.NextNumber);
    }

    private void OpenBlock(YamlTokenKind kind, YamlMark mark, int token)
    {
        if (IsInFlow || _indent >= mark.Column)
            return;
        _indents.Push(_indent);
        _indent = mark.Column;
        _tokens.Insert(token, new YamlToken(kind, mark, mark));
    }

    /// <summary>Closes every block that is indented more.</summary>
    private void CloseBlocks(int column)
    {
        while (!IsInFlow && _indent > column)
        {
            _tokens.Add(new YamlToken(YamlTokenKind.BlockEnd, _text.Mark, _text.Mark));
            _indent = _indents.Pop();
        }
    }

    /// <summary>Notes that a key may begin here. At the block's indentation it must.</summary>
    private void ExpectKey()
    {
        if (!_keyAllowed)
            return;
        RuleOutKey();
        _keys[^1] = new PossibleKey(_tokens.NextNumber, _text.Mark, !IsInFlow && _indent == _text.Column, IsPossible: true);
    }

    private void RuleOutKey()
    {
        if (_keys[^1] is { IsPossible: true, IsRequired: true } key)
            throw NoKey(key);
        _keys[^1] = default;
    }

    private bool IsStillPossible(int level)
    {
        var key = _keys[level];
        if (!key.IsPossible)
            return false;
        if (key.Mark.Line == _text.Line && key.Mark.Index + LongestKey >= _text.Index)
            return true;
        if (key.IsRequired)
            throw NoKey(key);
        _keys[level] = default;
        return false;
    }

    private Errors.LoadException NoKey(PossibleKey key) =>
        _text.Failure("after the key", key.Mark, "did not find the expected ':'");

    /// <param name="Token">The number of the token that may be a key.</param>
    /// <param name="Mark">Its place.</param>
    /// <param name="IsRequired">Whether only a key is allowed there.</param>
    private readonly record struct PossibleKey(int Token, YamlMark Mark, bool IsRequired, bool IsPossible);
}
