using Bistro.Model.Errors;

namespace Bistro.Model.Yaml.Editing;

/// <summary>
/// Changes single values of a YAML text and leaves every other character as it is: comments, layout, quotes, line breaks.
/// <c>bistro source track</c> writes refs with it.
/// </summary>
public sealed class YamlEditor
{
    private readonly SourceFile _file;
    private readonly YamlLayout? _read;
    private YamlLayout? _root;

    /// <exception cref="LoadException">The text is not YAML that BuildStream accepts.</exception>
    public YamlEditor(SourceFile file, string text)
    {
        _file = file;
        Text = text;
        _read = _root = YamlLayout.Of(file, text);
    }

    public string Text { get; private set; }

    /// <summary>The file that <see cref="SetMember"/> must be given for this member: that of its value or, without a value, that of the mapping.</summary>
    public static SourceFile FileOf(MappingNode written, string key) => (written[key] ?? written).Provenance.File;

    /// <summary>Sets a member of a mapping that was read from this text before any change.</summary>
    /// <param name="written">The mapping as it was read.</param>
    /// <exception cref="LoadException">The text has no such mapping any more.</exception>
    public void SetMember(MappingNode written, string key, Node value)
    {
        var present = written[key];
        var place = (present ?? written).Provenance;
        var path = _read?.PathTo(place.Line, place.Column, present is null or MappingNode) ?? throw new LoadException(
            LoadErrorReason.InvalidData, place, $"The file has changed: '{key}' has no place in it");
        if (present is null)
            path.Add(key);
        Set([.. path], value);
    }

    /// <summary>Sets the value at the end of the path, and makes what is missing on the way: a list is filled up with empty mappings.</summary>
    /// <exception cref="LoadException">The path leads through a scalar, or the layout of the text is not supported.</exception>
    public void Set(ReadOnlySpan<YamlStep> path, Node value)
    {
        var change = Change(path, value);
        var text = string.Concat(Text.AsSpan(0, change.Start), change.Text, Text.AsSpan(change.End));
        var root = YamlLayout.Of(_file, text);
        var changed = root;
        foreach (var step in path)
            changed = changed?.Find(step);
        if (changed?.Says(value) != true)
            throw TooUnusual(value);
        Text = text;
        _root = root;
    }

    private YamlChange Change(ReadOnlySpan<YamlStep> path, Node value)
    {
        var changes = new YamlChanges(Text, YamlStyle.Of(Text, _root));
        if (_root is null)
            return changes.AppendDocument(Wrap(path, value));

        var node = new YamlPlace(_root, null, 0);
        for (var depth = 0; depth < path.Length; depth++)
        {
            if (node.Layout.IndexOf(path[depth]) is >= 0 and var index)
                node = new YamlPlace(node.Layout.Children[index], node.Layout, index);
            else if (node.Layout.Children.Count == 0 && (node.Layout.Text.Length == 0 || node.Layout.IsFlow))
                return changes.Replace(node, Wrap(path[depth..], value));
            else if (path[depth].Key is null ? !node.Layout.IsSequence : !node.Layout.IsMapping)
                throw TooUnusual(value);
            else
                return changes.Add(node.Layout, path[depth], Wrap(path[(depth + 1)..], value));
        }

        return changes.Replace(node, value);
    }

    private LoadException TooUnusual(Node value) => new(
        LoadErrorReason.InvalidData,
        new Provenance(_file, 1, 1),
        $"The file is written too unusually to be changed: write {YamlWriter.Flow(value)} by hand");

    /// <summary>The value inside the collections that the rest of the path names.</summary>
    private static Node Wrap(ReadOnlySpan<YamlStep> path, Node value)
    {
        for (var depth = path.Length - 1; depth >= 0; depth--)
        {
            value = path[depth] is { Key: { } key }
                ? new MappingNode([new Member(key, value, value.Provenance)], value.Provenance)
                : new SequenceNode([.. Enumerable.Repeat<Node>(MappingNode.Empty, path[depth].Index), value], value.Provenance);
        }

        return value;
    }
}
