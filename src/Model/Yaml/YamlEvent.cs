namespace Bistro.Model.Yaml;

internal enum YamlEventKind
{
    DocumentStart,
    DocumentEnd,
    StreamEnd,
    Scalar,
    SequenceStart,
    SequenceEnd,
    MappingStart,
    MappingEnd,
}

/// <summary>An event of YAML: a scalar, or the start or end of a collection.</summary>
/// <param name="End">Behind the scalar, or behind the sign that begins or ends the collection.</param>
/// <param name="Text">The scalar's text.</param>
/// <param name="Tag">The scalar's tag, resolved, or null.</param>
internal readonly record struct YamlEvent(
    YamlEventKind Kind, YamlMark Start, YamlMark End, string? Text = null, string? Tag = null);
