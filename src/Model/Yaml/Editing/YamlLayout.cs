using Bistro.Model.Errors;
using Bistro.Model.Python;

namespace Bistro.Model.Yaml.Editing;

/// <summary>A value in a text: its start, its end and its content.</summary>
internal sealed class YamlLayout(YamlEventKind kind, YamlMark start, bool isFlow)
{
    public bool IsMapping { get; } = kind == YamlEventKind.MappingStart;

    public bool IsSequence { get; } = kind == YamlEventKind.SequenceStart;

    /// <summary>Whether it is written in brackets.</summary>
    public bool IsFlow { get; } = isFlow;

    public YamlMark Start { get; } = start;

    /// <summary>Behind its last character; blank lines and comments behind a value are not part of it.</summary>
    public int End { get; private set; }

    /// <summary>The value that it reads as: of scalars the text.</summary>
    public string Text { get; private init; } = "";

    /// <summary>Values of the members or items, as written.</summary>
    public List<YamlLayout> Children { get; } = [];

    /// <summary>Keys of the members with their places, as written.</summary>
    public List<(string Text, YamlMark Start, int End)> Keys { get; } = [];

    /// <summary>The layout of the text's mapping; null where the text holds nothing.</summary>
    /// <exception cref="Errors.LoadException">It is not YAML that BuildStream accepts.</exception>
    public static YamlLayout? Of(SourceFile file, string text)
    {
        YamlReader.Read(file, text);
        var parser = new YamlParser(new YamlText(file, text));
        var next = parser.Read();
        while (next.Kind is not (YamlEventKind.MappingStart or YamlEventKind.StreamEnd))
            next = parser.Read();
        return next.Kind == YamlEventKind.StreamEnd ? null : Read(parser, next, text);
    }

    /// <summary>The member's or item's value; null where there is none.</summary>
    public YamlLayout? Find(YamlStep step) => IndexOf(step) is >= 0 and var index ? Children[index] : null;

    /// <summary>The index of the member or item among the children, or -1.</summary>
    public int IndexOf(YamlStep step)
    {
        if (step.Key is not null)
            return IsMapping ? Keys.FindIndex(key => key.Text == step.Key) : -1;
        return IsSequence && step.Index < Children.Count ? step.Index : -1;
    }

    /// <summary>Whether it reads as the value.</summary>
    public bool Says(Node value) => value switch
    {
        ScalarNode scalar => !IsMapping && !IsSequence && PythonText.Strip(Text) == PythonText.Strip(scalar.Value),
        SequenceNode sequence => IsSequence && Children.Count == sequence.Items.Length
            && Children.Zip(sequence.Items).All(pair => pair.First.Says(pair.Second)),
        MappingNode mapping => IsMapping && Children.Count == mapping.Members.Length
            && mapping.Members.All(member => Find(member.Key)?.Says(member.Value) == true),
        _ => false,
    };

    /// <summary>The way to the collection or scalar that begins at the place; null where none does.</summary>
    public List<YamlStep>? PathTo(int line, int column, bool isMapping)
    {
        if (Start.Line + 1 == line && Start.Column + 1 == column && IsMapping == isMapping)
            return [];
        for (var index = 0; index < Children.Count; index++)
        {
            if (Children[index].PathTo(line, column, isMapping) is not { } path)
                continue;
            path.Insert(0, IsMapping ? Keys[index].Text : index);
            return path;
        }

        return null;
    }

    // The reader has bounded the depth.
    private static YamlLayout Read(YamlParser parser, in YamlEvent start, string text)
    {
        if (start.Kind == YamlEventKind.Scalar)
            return new YamlLayout(start.Kind, start.Start, isFlow: false)
            {
                Text = start.Text!,
                End = ContentEnd(text, start.Start.Index, start.End.Index),
            };

        var layout = new YamlLayout(start.Kind, start.Start, text[start.Start.Index] is '[' or '{');
        var next = parser.Read();
        for (; next.Kind is not (YamlEventKind.MappingEnd or YamlEventKind.SequenceEnd); next = parser.Read())
        {
            if (layout.IsMapping)
            {
                layout.Keys.Add((next.Text!, next.Start, next.End.Index));
                next = parser.Read();
            }

            layout.Children.Add(Read(parser, next, text));
        }

        layout.End = layout.IsFlow ? next.End.Index : layout.Children[^1].End;
        return layout;
    }

    private static int ContentEnd(string text, int start, int end)
    {
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        return end;
    }
}
