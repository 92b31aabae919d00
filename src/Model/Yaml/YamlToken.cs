namespace Bistro.Model.Yaml;

/// <summary>A place in a text: the index of the character, and line and column from 0.</summary>
internal readonly record struct YamlMark(int Index, int Line, int Column);

internal enum YamlTokenKind
{
    StreamEnd,
    VersionDirective,
    TagDirective,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Tag,
    Scalar,
}

/// <summary>A token of YAML: its place and, for scalars, tags and directives, its text.</summary>
/// <param name="Prefix">The handle of a tag or of a <c>%TAG</c> directive.</param>
internal readonly record struct YamlToken(
    YamlTokenKind Kind, YamlMark Start, YamlMark End, string? Text = null, string? Prefix = null);
