using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources;

/// <summary>Refs that were found by tracking, as they are written into YAML.</summary>
internal static class NewRef
{
    /// <summary>The member <c>ref</c> with a text.</summary>
    public static MappingNode Of(string text) => Of(("ref", text));

    public static MappingNode Of(params ReadOnlySpan<(string Name, string Text)> members)
    {
        var written = MappingNode.Empty;
        foreach (var (name, text) in members)
            written = written.With(name, Scalar(text));
        return written;
    }

    public static ScalarNode Scalar(string text) => new(text, Provenance.None);
}
