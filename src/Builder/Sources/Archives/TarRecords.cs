using System.Buffers.Text;
using System.Text;
using Bistro.Builder.Errors;

namespace Bistro.Builder.Sources.Archives;

/// <summary>
/// The headers that precede a member and hold what its own header cannot: GNU's long names and pax records (POSIX.1-2008).
/// The first header that has a value wins; pax records of the whole archive come last.
/// </summary>
internal sealed class TarRecords
{
    private readonly Dictionary<string, byte[]> _records = new(StringComparer.Ordinal);

    // GNU's sparse format 0.0 repeats these two.
    private List<(string Key, byte[] Value)> _sparse = [];

    public byte[]? LongName { get; private set; }

    public byte[]? LongLink { get; private set; }

    /// <summary>Whether no header was read; otherwise a member must follow.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>The offsets and lengths of a sparse file in GNU's format 0.0, in their order.</summary>
    public IReadOnlyList<(string Key, byte[] Value)> Sparse => _sparse;

    public byte[]? Find(string key) => _records.GetValueOrDefault(key);

    /// <summary>The records whose key begins with a prefix. Each byte of a key is one character.</summary>
    public IEnumerable<KeyValuePair<string, byte[]>> FindAll(string prefix) =>
        _records.Where(record => record.Key.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Adds the content of a long name or a long link.</summary>
    public void Add(char type, byte[] content)
    {
        IsEmpty = false;
        var text = TarHeader.Text(content).ToArray();
        if (type == 'L')
            LongName ??= Find("path") is null ? text : null;
        else
            LongLink ??= Find("linkpath") is null ? text : null;
    }

    /// <summary>Adds pax records of the member.</summary>
    /// <exception cref="SourceException">They are broken.</exception>
    public void AddPax(ReadOnlySpan<byte> content)
    {
        IsEmpty = false;
        var records = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        Parse(content, records, _sparse = []);
        foreach (var (key, value) in records)
            _records.TryAdd(key, value);
    }

    /// <summary>Adds records of the whole archive that the member does not have itself.</summary>
    public void AddGlobal(IReadOnlyDictionary<string, byte[]> records)
    {
        foreach (var (key, value) in records)
            _records.TryAdd(key, value);
    }

    /// <summary>Notes a header of the whole archive.</summary>
    public void Begin() => IsEmpty = false;

    /// <summary>Reads records, <c>LENGTH KEY=VALUE LF</c>, where the length counts the whole record. A later one replaces an earlier.</summary>
    /// <exception cref="SourceException">They are broken.</exception>
    public static void Parse(ReadOnlySpan<byte> content, Dictionary<string, byte[]> records, List<(string Key, byte[] Value)>? sparse)
    {
        while (!content.IsEmpty && content[0] != 0)
        {
            if (!Utf8Parser.TryParse(content, out int length, out var digits) || length < 5 || length > content.Length
                || digits + 1 >= length || content[digits] != ' ' || content[length - 1] != '\n')
                throw Broken();
            var record = content[(digits + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
                throw Broken();
            var (key, value) = (Encoding.Latin1.GetString(record[..equals]), record[(equals + 1)..].ToArray());
            records[key] = value;
            if (key is "GNU.sparse.offset" or "GNU.sparse.numbytes")
                sparse?.Add((key, value));
            content = content[length..];
        }
    }

    private static SourceException Broken() => new("The archive is broken: a pax header is not a list of records.");
}
