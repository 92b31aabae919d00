namespace Bistro.Model.Yaml;

/// <summary>Parses the content of a collection.</summary>
internal sealed partial class YamlParser
{
    private YamlEvent ReadBlockSequenceItem()
    {
        if (Next == YamlTokenKind.BlockEnd)
            return Close(YamlEventKind.SequenceEnd);
        if (Next != YamlTokenKind.BlockEntry)
            throw Unexpected("in the list", "did not find expected '-' indicator");
        var end = Skip();
        return Next is YamlTokenKind.BlockEntry or YamlTokenKind.BlockEnd
            ? ReadNothing(end, State.BlockSequenceItem)
            : ReadNode(State.BlockSequenceItem, isBlock: true);
    }

    private YamlEvent ReadIndentlessSequenceItem()
    {
        if (Next != YamlTokenKind.BlockEntry)
            return Close(YamlEventKind.SequenceEnd, skips: false);
        var end = Skip();
        return Next is YamlTokenKind.BlockEntry or YamlTokenKind.Key or YamlTokenKind.Value or YamlTokenKind.BlockEnd
            ? ReadNothing(end, State.IndentlessSequenceItem)
            : ReadNode(State.IndentlessSequenceItem, isBlock: true);
    }

    private YamlEvent ReadBlockMappingKey()
    {
        if (Next == YamlTokenKind.BlockEnd)
            return Close(YamlEventKind.MappingEnd);
        if (Next != YamlTokenKind.Key)
            throw Unexpected("in the mapping", "did not find expected key");
        return ReadBlockMember(Skip(), State.BlockMappingValue);
    }

    private YamlEvent ReadBlockMappingValue() => Next == YamlTokenKind.Value
        ? ReadBlockMember(Skip(), State.BlockMappingKey)
        : ReadNothing(_scanner.Current.Start, State.BlockMappingKey);

    private YamlEvent ReadBlockMember(YamlMark end, State then) =>
        Next is YamlTokenKind.Key or YamlTokenKind.Value or YamlTokenKind.BlockEnd
            ? ReadNothing(end, then)
            : ReadNode(then, isBlock: true, allowsIndentless: true);

    private YamlEvent ReadFlowSequenceItem(bool isFirst)
    {
        if (Next != YamlTokenKind.FlowSequenceEnd && !isFirst)
            ExpectComma("in the list", "did not find expected ',' or ']'");
        return Next switch
        {
            YamlTokenKind.FlowSequenceEnd => Close(YamlEventKind.SequenceEnd),
            YamlTokenKind.Key => Open(
                YamlEventKind.MappingStart, _scanner.Current.Start, _scanner.Current, State.FlowSequenceItem, State.FlowPairKey),
            _ => ReadNode(State.FlowSequenceItem, isBlock: false),
        };
    }

    private YamlEvent ReadFlowPairKey() =>
        Next is YamlTokenKind.Value or YamlTokenKind.FlowEntry or YamlTokenKind.FlowSequenceEnd
            ? ReadNothing(Skip(), State.FlowPairValue)
            : ReadNode(State.FlowPairValue, isBlock: false);

    private YamlEvent ReadFlowPairValue()
    {
        if (Next == YamlTokenKind.Value)
        {
            _scanner.MoveNext();
            if (Next is not (YamlTokenKind.FlowEntry or YamlTokenKind.FlowSequenceEnd))
                return ReadNode(State.FlowPairEnd, isBlock: false);
        }

        return ReadNothing(_scanner.Current.Start, State.FlowPairEnd);
    }

    private YamlEvent ReadFlowPairEnd() => Close(YamlEventKind.MappingEnd, skips: false);

    private YamlEvent ReadFlowMappingKey(bool isFirst)
    {
        if (Next != YamlTokenKind.FlowMappingEnd && !isFirst)
            ExpectComma("in the mapping", "did not find expected ',' or '}'");
        if (Next == YamlTokenKind.FlowMappingEnd)
            return Close(YamlEventKind.MappingEnd);
        if (Next != YamlTokenKind.Key)
            return ReadNode(State.FlowMappingNoValue, isBlock: false);

        _scanner.MoveNext();
        return Next is YamlTokenKind.Value or YamlTokenKind.FlowEntry or YamlTokenKind.FlowMappingEnd
            ? ReadNothing(_scanner.Current.Start, State.FlowMappingValue)
            : ReadNode(State.FlowMappingValue, isBlock: false);
    }

    private YamlEvent ReadFlowMappingValue()
    {
        if (Next == YamlTokenKind.Value)
        {
            _scanner.MoveNext();
            if (Next is not (YamlTokenKind.FlowEntry or YamlTokenKind.FlowMappingEnd))
                return ReadNode(State.FlowMappingKey, isBlock: false);
        }

        return ReadNothing(_scanner.Current.Start, State.FlowMappingKey);
    }

    private void ExpectComma(string context, string problem)
    {
        if (Next != YamlTokenKind.FlowEntry)
            throw Unexpected(context, problem);
        _scanner.MoveNext();
    }

    private Errors.LoadException Unexpected(string context, string problem) =>
        _text.Failure(context, _open.Peek().Start, problem, _scanner.Current.Start);
}
