namespace Bistro.Model.Yaml;

/// <summary>Combines tokens into events. It has an explicit stack, which is bounded, because the nesting of a text is not.</summary>
internal sealed partial class YamlParser
{
    // Deeper than any project is, and little enough to walk what was read by recursion.
    private const int DeepestNesting = 200;

    private readonly YamlText _text;
    private readonly YamlScanner _scanner;
    private readonly Stack<(State Then, YamlMark Start)> _open = new();
    private readonly Dictionary<string, string> _tagPrefixes = new(StringComparer.Ordinal);

    private State _state = State.FirstDocument;

    public YamlParser(YamlText text)
    {
        _text = text;
        _scanner = new YamlScanner(text);
    }

    /// <summary>What is expected next.</summary>
    private enum State
    {
        FirstDocument,
        NextDocument,
        DocumentContent,
        DocumentEnd,
        BlockSequenceItem,
        IndentlessSequenceItem,
        BlockMappingKey,
        BlockMappingValue,
        FlowSequenceFirstItem,
        FlowSequenceItem,
        FlowPairKey,
        FlowPairValue,
        FlowPairEnd,
        FlowMappingFirstKey,
        FlowMappingKey,
        FlowMappingValue,
        FlowMappingNoValue,
        End,
    }

    private YamlTokenKind Next => _scanner.Current.Kind;

    /// <summary>The next event; behind <see cref="YamlEventKind.StreamEnd"/> there is none.</summary>
    public YamlEvent Read() => _state switch
    {
        State.FirstDocument => ReadDocumentStart(isFirst: true),
        State.NextDocument => ReadDocumentStart(isFirst: false),
        State.DocumentContent => ReadDocumentContent(),
        State.DocumentEnd => ReadDocumentEnd(),
        State.BlockSequenceItem => ReadBlockSequenceItem(),
        State.IndentlessSequenceItem => ReadIndentlessSequenceItem(),
        State.BlockMappingKey => ReadBlockMappingKey(),
        State.BlockMappingValue => ReadBlockMappingValue(),
        State.FlowSequenceFirstItem => ReadFlowSequenceItem(isFirst: true),
        State.FlowSequenceItem => ReadFlowSequenceItem(isFirst: false),
        State.FlowPairKey => ReadFlowPairKey(),
        State.FlowPairValue => ReadFlowPairValue(),
        State.FlowPairEnd => ReadFlowPairEnd(),
        State.FlowMappingFirstKey => ReadFlowMappingKey(isFirst: true),
        State.FlowMappingKey => ReadFlowMappingKey(isFirst: false),
        State.FlowMappingValue => ReadFlowMappingValue(),
        State.FlowMappingNoValue => ReadNothing(_scanner.Current.Start, State.FlowMappingKey),
        _ => throw new InvalidOperationException("The text has ended."),
    };

    private YamlEvent ReadDocumentStart(bool isFirst)
    {
        while (!isFirst && Next == YamlTokenKind.DocumentEnd)
            _scanner.MoveNext();
        var start = _scanner.Current.Start;
        if (Next == YamlTokenKind.StreamEnd)
        {
            _state = State.End;
            return new YamlEvent(YamlEventKind.StreamEnd, start, start);
        }

        var isExplicit = ReadDirectives() || !isFirst || Next == YamlTokenKind.DocumentStart;
        if (isExplicit && Next != YamlTokenKind.DocumentStart)
            throw _text.Failure(_scanner.Current.Start, "did not find expected <document start>");
        if (isExplicit)
            _scanner.MoveNext();
        _state = State.DocumentContent;
        return new YamlEvent(YamlEventKind.DocumentStart, start, start);
    }

    private bool ReadDirectives()
    {
        var found = false;
        _tagPrefixes.Clear();
        for (; Next is YamlTokenKind.VersionDirective or YamlTokenKind.TagDirective; _scanner.MoveNext())
        {
            var directive = _scanner.Current;
            if (!_tagPrefixes.TryAdd(directive.Prefix ?? "%YAML", directive.Text ?? ""))
                throw _text.Failure(directive.Start, "found a directive twice");
            found = true;
        }

        _tagPrefixes.TryAdd("!", "!");
        _tagPrefixes.TryAdd("!!", "tag:yaml.org,2002:");
        return found;
    }

    private YamlEvent ReadDocumentContent()
    {
        if (Next is YamlTokenKind.VersionDirective or YamlTokenKind.TagDirective or YamlTokenKind.DocumentStart
            or YamlTokenKind.DocumentEnd or YamlTokenKind.StreamEnd)
            return ReadNothing(_scanner.Current.Start, State.DocumentEnd);
        return ReadNode(State.DocumentEnd, isBlock: true);
    }

    private YamlEvent ReadDocumentEnd()
    {
        var mark = _scanner.Current.Start;
        if (Next == YamlTokenKind.DocumentEnd)
            _scanner.MoveNext();
        _state = State.NextDocument;
        return new YamlEvent(YamlEventKind.DocumentEnd, mark, mark);
    }

    /// <summary>Reads a scalar or the start of a collection.</summary>
    /// <param name="then">The state after it.</param>
    /// <param name="isBlock">Whether collections may be written by indentation.</param>
    /// <param name="allowsIndentless">Whether a list may have the indentation of its key.</param>
    private YamlEvent ReadNode(State then, bool isBlock, bool allowsIndentless = false)
    {
        var token = _scanner.Current;
        var start = token.Start;
        string? tag = null;
        if (token.Kind == YamlTokenKind.Tag)
        {
            tag = ResolveTag(token);
            _scanner.MoveNext();
            token = _scanner.Current;
        }

        switch (token.Kind)
        {
            case YamlTokenKind.Scalar:
                _scanner.MoveNext();
                _state = then;
                return new YamlEvent(YamlEventKind.Scalar, start, token.End, token.Text, tag);
            case YamlTokenKind.BlockEntry when allowsIndentless:
                return Open(YamlEventKind.SequenceStart, start, token, then, State.IndentlessSequenceItem, skips: false);
            case YamlTokenKind.FlowSequenceStart:
                return Open(YamlEventKind.SequenceStart, start, token, then, State.FlowSequenceFirstItem);
            case YamlTokenKind.FlowMappingStart:
                return Open(YamlEventKind.MappingStart, start, token, then, State.FlowMappingFirstKey);
            case YamlTokenKind.BlockSequenceStart when isBlock:
                return Open(YamlEventKind.SequenceStart, start, token, then, State.BlockSequenceItem);
            case YamlTokenKind.BlockMappingStart when isBlock:
                return Open(YamlEventKind.MappingStart, start, token, then, State.BlockMappingKey);
            default:
                if (tag is null)
                    throw _text.Failure(
                        isBlock ? "in the block node" : "in the flow node", start, "did not find expected node content", token.Start);
                _state = then;
                return new YamlEvent(YamlEventKind.Scalar, start, start, "", tag);
        }
    }

    private string ResolveTag(in YamlToken token)
    {
        if (token.Prefix!.Length == 0)
            return token.Text!;
        return _tagPrefixes.TryGetValue(token.Prefix, out var prefix)
            ? prefix + token.Text
            : throw _text.Failure(token.Start, $"found undefined tag handle '{token.Prefix}'");
    }

    private YamlEvent Open(
        YamlEventKind kind, YamlMark start, in YamlToken token, State then, State inside, bool skips = true)
    {
        if (_open.Count == DeepestNesting)
            throw _text.Failure(token.Start, $"it is nested more than {DeepestNesting} deep");
        var end = token.End;
        _open.Push((then, token.Start));
        _state = inside;
        if (skips)
            _scanner.MoveNext();
        return new YamlEvent(kind, start, end);
    }

    private YamlEvent Close(YamlEventKind kind, bool skips = true)
    {
        var token = _scanner.Current;
        _state = _open.Pop().Then;
        if (skips)
            _scanner.MoveNext();
        return new YamlEvent(kind, token.Start, token.End);
    }

    /// <summary>An empty scalar, in place of a value that is left out.</summary>
    private YamlEvent ReadNothing(YamlMark mark, State then)
    {
        _state = then;
        return new YamlEvent(YamlEventKind.Scalar, mark, mark, "");
    }

    private YamlMark Skip()
    {
        var end = _scanner.Current.End;
        _scanner.MoveNext();
        return end;
    }
}
