namespace Bistro.Model.Yaml.Editing;

/// <summary>Characters of a text to replace.</summary>
internal readonly record struct YamlChange(int Start, int End, string Text);

/// <summary>A value and the collection that contains it.</summary>
/// <param name="Parent">Null for the whole text's mapping.</param>
/// <param name="Index">Its place among the parent's children.</param>
internal readonly record struct YamlPlace(YamlLayout Layout, YamlLayout? Parent, int Index);

/// <summary>Finds the least change to a text that gives a place another value.</summary>
internal sealed class YamlChanges(string text, YamlStyle style)
{
    /// <summary>A value to a text that holds none.</summary>
    public YamlChange AppendDocument(Node value)
    {
        var lineBreak = text.Length == 0 || text.EndsWith('\n') ? "" : style.LineBreak;
        return new YamlChange(text.Length, text.Length, lineBreak + YamlWriter.Block(value, 0, style) + style.LineBreak);
    }

    /// <summary>A member or item behind those that are there.</summary>
    public YamlChange Add(YamlLayout collection, YamlStep step, Node value)
    {
        var end = collection.IsFlow ? collection.Children[^1].End : EndOfLine(collection.Children[^1].End);
        if (step.Key is { } key)
            return Insert(end, collection.IsFlow
                ? $", {YamlWriter.Scalar(key, inFlow: true)}: {YamlWriter.Flow(value)}"
                : AddedMember(collection.Keys[0].Start.Column, key, value));

        var added = "";
        for (var index = collection.Children.Count; index <= step.Index; index++)
            added += AddedItem(collection, index < step.Index ? MappingNode.Empty : value);
        return Insert(end, added);
    }

    /// <summary>Another value for one that is there.</summary>
    public YamlChange Replace(YamlPlace place, Node value)
    {
        var layout = place.Layout;
        if (layout.Says(value))
            return default;
        if (place.Parent is not { } parent)
            return new YamlChange(layout.Start.Index, layout.End, YamlWriter.Block(value, layout.Start.Column, style));
        if (parent.IsFlow || (layout.IsFlow && layout.Children.Count > 0))
            return Inline(layout, YamlWriter.TakesLines(value) ? YamlWriter.Flow(value) : Short(layout, value, parent.IsFlow));

        var isBlock = layout.Children.Count > 0;
        var keepsKind = layout.IsMapping ? value is MappingNode : layout.IsSequence && value is SequenceNode;
        if (YamlWriter.TakesLines(value) ? isBlock && keepsKind : !isBlock || parent.IsSequence)
            return Inline(layout, YamlWriter.TakesLines(value)
                ? YamlWriter.Block(value, layout.Start.Column, style)
                : Short(layout, value, inFlow: false));
        return parent.IsMapping
            ? BehindKey(parent.Keys[place.Index], layout, value)
            : Inline(layout, YamlWriter.Block(value, parent.Start.Column + 2, style));
    }

    private YamlChange BehindKey((string Text, YamlMark Start, int End) key, YamlLayout layout, Node value)
    {
        var colon = text.IndexOf(':', key.End);
        return new YamlChange(colon + 1, Math.Max(colon + 1, layout.End), YamlWriter.BlockValue(value, key.Start.Column, style));
    }

    /// <summary>Where the value stood, or where one could: behind a key of a flow mapping even the colon may be missing.</summary>
    private YamlChange Inline(YamlLayout layout, string written)
    {
        var start = layout.Start.Index;
        var missing = layout.End > start ? "" : text[start - 1] switch
        {
            ' ' or '\t' or '\n' => "",
            ':' or '-' => " ",
            _ => ": ",
        };
        return new YamlChange(start, Math.Max(start, layout.End), missing + written);
    }

    /// <summary>A text with the quotes that the old one had, or an empty collection.</summary>
    private string Short(YamlLayout layout, Node value, bool inFlow)
    {
        if (value is not ScalarNode scalar)
            return YamlWriter.Flow(value);
        var quote = layout.Children.Count == 0 && layout.End > layout.Start.Index ? text[layout.Start.Index] : default;
        return YamlWriter.Scalar(scalar.Value, inFlow, quote);
    }

    private string AddedMember(int column, string key, Node value) =>
        $"{style.NewLine(column)}{YamlWriter.Scalar(key, inFlow: false)}:{YamlWriter.BlockValue(value, column, style)}";

    private string AddedItem(YamlLayout list, Node item) => list.IsFlow
        ? $", {YamlWriter.Flow(item)}"
        : $"{style.NewLine(list.Start.Column)}- {YamlWriter.Block(item, list.Start.Column + 2, style)}";

    private int EndOfLine(int index)
    {
        var length = text.AsSpan(index).IndexOfAny('\n', '\r');
        return length < 0 ? text.Length : index + length;
    }

    private static YamlChange Insert(int index, string written) => new(index, index, written);
}
