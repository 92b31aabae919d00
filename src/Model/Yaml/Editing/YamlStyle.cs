namespace Bistro.Model.Yaml.Editing;

/// <summary>How a file is written: what is added to it is written the same way.</summary>
/// <param name="LineBreak">Between lines.</param>
/// <param name="MappingIndent">The indentation of a mapping relative to its key.</param>
/// <param name="SequenceIndent">The indentation of a list relative to its key; often 0.</param>
internal sealed record YamlStyle(string LineBreak, int MappingIndent, int SequenceIndent)
{
    /// <summary>The style of most of the file's collections.</summary>
    public static YamlStyle Of(string text, YamlLayout? root)
    {
        var mappings = new List<int>();
        var sequences = new List<int>();
        if (root is not null)
            Collect(root, mappings, sequences);
        var lineBreak = text.IndexOf('\n') is > 0 and var index && text[index - 1] == '\r' ? "\r\n" : "\n";
        return new YamlStyle(lineBreak, Most(mappings, 2), Most(sequences, 0));
    }

    public string NewLine(int column) => LineBreak + new string(' ', column);

    private static void Collect(YamlLayout layout, List<int> mappings, List<int> sequences)
    {
        for (var index = 0; index < layout.Children.Count; index++)
        {
            var child = layout.Children[index];
            if (layout.IsMapping && !layout.IsFlow && !child.IsFlow && child.Children.Count > 0)
                (child.IsMapping ? mappings : sequences).Add(child.Start.Column - layout.Keys[index].Start.Column);
            Collect(child, mappings, sequences);
        }
    }

    private static int Most(List<int> indents, int absent) => indents.Count == 0
        ? absent
        : indents.CountBy(indent => indent).MaxBy(indent => indent.Value).Key;
}
