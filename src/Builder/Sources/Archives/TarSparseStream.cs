using Bistro.Builder.Errors;

namespace Bistro.Builder.Sources.Archives;

/// <summary>A sparse file as a program would read it: its stored parts, with zeros between and after them.</summary>
internal sealed class TarSparseStream : ForwardStream
{
    private readonly TarData _data;
    private readonly TarSparseMap _map;
    private int _part;
    private long _position;

    /// <exception cref="SourceException">The archive does not store all parts.</exception>
    public TarSparseStream(TarData data, TarSparseMap map)
    {
        (_data, _map) = (data, map);
        if (map.StoredBytes > data.Remaining)
            throw new SourceException("The archive is broken: a sparse file has fewer bytes than its map says.");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var (start, end) = _part < _map.Parts.Count
            ? (_map.Parts[_part].Offset, _map.Parts[_part].Offset + _map.Parts[_part].Length)
            : (_map.Size, _map.Size);
        var isHole = _position < start;
        buffer = buffer[..(int)Math.Min(buffer.Length, (isHole ? start : end) - _position)];
        if (isHole)
            buffer.Span.Clear();
        else if (await _data.ReadAsync(buffer, cancellationToken) is var count)
            buffer = buffer[..count];
        _position += buffer.Length;
        if (!isHole && _position == end)
            _part++;
        return buffer.Length;
    }
}
