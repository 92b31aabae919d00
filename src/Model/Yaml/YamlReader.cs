using System.Runtime.InteropServices;
using Bistro.Model.Errors;
using Bistro.Model.Python;

namespace Bistro.Model.Yaml;

/// <summary>Reads YAML as BuildStream does: one mapping, scalars as text, no anchors, no key twice.</summary>
public sealed class YamlReader
{
    // Above what any file of a project holds, and little enough memory.
    private const int MostNodes = 400_000;

    private readonly YamlText _text;
    private readonly YamlParser _parser;
    private readonly List<Frame> _frames = [];

    /// <summary>Members of the mappings that are open, those of the outermost first.</summary>
    private readonly List<Member> _members = [];

    /// <summary>Items of the lists that are open, those of the outermost first.</summary>
    private readonly List<Node> _items = [];

    private MappingNode? _root;
    private int _nodes;

    private YamlReader(SourceFile file, string text)
    {
        _text = new YamlText(file, text.StartsWith('\ufeff') ? text[1..] : text);
        _parser = new YamlParser(_text);
    }

    /// <summary>The mapping that the text holds; an empty one where it holds nothing.</summary>
    /// <exception cref="LoadException">It is not YAML that BuildStream accepts.</exception>
    public static MappingNode Read(SourceFile file, string text) => new YamlReader(file, text).Read();

    /// <param name="file">Its path must be given.</param>
    /// <param name="askedBy">The place to report if it is missing.</param>
    /// <exception cref="LoadException">The file is missing or no YAML that BuildStream takes.</exception>
    public static MappingNode ReadFile(SourceFile file, Provenance? askedBy = null) =>
        Read(file, SourceText.Read(file, askedBy));

    private MappingNode Read()
    {
        var documents = 0;
        while (true)
        {
            var next = _parser.Read();
            switch (next.Kind)
            {
                case YamlEventKind.StreamEnd:
                    return _root ?? new MappingNode([], _text.Provenance(default));
                case YamlEventKind.DocumentEnd when ++documents > 1:
                    throw _text.Failure(next.Start, "the file holds more than one document");
                case YamlEventKind.Scalar:
                    ReadScalar(next);
                    break;
                case YamlEventKind.MappingStart or YamlEventKind.SequenceStart:
                    Open(next);
                    break;
                case YamlEventKind.MappingEnd:
                    CloseMapping();
                    break;
                case YamlEventKind.SequenceEnd:
                    CloseSequence();
                    break;
            }
        }
    }

    private void ReadScalar(in YamlEvent scalar)
    {
        if (scalar.Tag is not null && !scalar.Tag.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal))
            throw _text.Failure(scalar.Start, $"the tag '{scalar.Tag}' is disallowed in BuildStream");
        if (_frames.Count == 0)
            throw _text.Failure(scalar.Start, "the file holds a text instead of keys and values");
        ref var frame = ref CollectionsMarshal.AsSpan(_frames)[^1];
        if (frame.IsWaitingForKey)
            SetKey(ref frame, scalar);
        else
            Add(new ScalarNode(PythonText.Strip(scalar.Text!), _text.Provenance(scalar.Start)));
    }

    private void SetKey(ref Frame frame, in YamlEvent scalar)
    {
        var key = scalar.Text!;
        if (!frame.TryAddKey(key, CollectionsMarshal.AsSpan(_members)[frame.FirstChild..]))
            throw _text.Failure(scalar.Start, $"Duplicate key {key}");
        frame.Key = key;
        frame.KeyMark = scalar.Start;
    }

    private void Open(in YamlEvent start)
    {
        var isMapping = start.Kind == YamlEventKind.MappingStart;
        if (_frames.Count == 0 && !isMapping)
            throw _text.Failure(start.Start, "the file holds a list instead of keys and values");
        if (_frames.Count > 0 && _frames[^1].IsWaitingForKey)
            throw _text.Failure(start.Start, "a key must be a text");
        _frames.Add(new Frame
        {
            IsMapping = isMapping,
            Start = start.Start,
            FirstChild = isMapping ? _members.Count : _items.Count,
        });
    }

    private void CloseMapping()
    {
        var frame = _frames[^1];
        var members = CollectionsMarshal.AsSpan(_members)[frame.FirstChild..];
        var mapping = new MappingNode([.. members], _text.Provenance(frame.Start));
        CollectionsMarshal.SetCount(_members, frame.FirstChild);
        Close(mapping);
    }

    private void CloseSequence()
    {
        var frame = _frames[^1];
        var items = CollectionsMarshal.AsSpan(_items)[frame.FirstChild..];
        var sequence = new SequenceNode([.. items], _text.Provenance(frame.Start));
        CollectionsMarshal.SetCount(_items, frame.FirstChild);
        Close(sequence);
    }

    private void Close(Node collection)
    {
        _frames.RemoveAt(_frames.Count - 1);
        if (_frames.Count == 0)
            _root = (MappingNode)collection;
        else
            Add(collection);
    }

    private void Add(Node node)
    {
        if (++_nodes > MostNodes)
            throw new LoadException(LoadErrorReason.InvalidYaml, node.Provenance, $"The file holds more than {MostNodes} values");
        ref var frame = ref CollectionsMarshal.AsSpan(_frames)[^1];
        if (!frame.IsMapping)
        {
            _items.Add(node);
            return;
        }

        _members.Add(new Member(frame.Key!, node, _text.Provenance(frame.KeyMark)));
        frame.Key = null;
    }

    /// <summary>A collection that is open.</summary>
    private struct Frame
    {
        private const int FewKeys = 16;

        private HashSet<string>? _keys;

        public required bool IsMapping { get; init; }

        public required YamlMark Start { get; init; }

        /// <summary>The index of its first member or item.</summary>
        public required int FirstChild { get; init; }

        /// <summary>The key whose value comes next.</summary>
        public string? Key { get; set; }

        public YamlMark KeyMark { get; set; }

        public readonly bool IsWaitingForKey => IsMapping && Key is null;

        /// <summary>False where one of the members has the key.</summary>
        public bool TryAddKey(string key, ReadOnlySpan<Member> members)
        {
            if (members.Length < FewKeys)
            {
                foreach (ref readonly var member in members)
                    if (member.Key == key)
                        return false;
                return true;
            }

            if (_keys is null)
            {
                _keys = new HashSet<string>(StringComparer.Ordinal);
                foreach (ref readonly var member in members)
                    _keys.Add(member.Key);
            }

            return _keys.Add(key);
        }
    }
}
