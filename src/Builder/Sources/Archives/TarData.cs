using System.Buffers;
using Bistro.Builder.Errors;

namespace Bistro.Builder.Sources.Archives;

/// <summary>The stored bytes of one member, read from the archive as they are asked for.</summary>
/// <param name="archive">Stands at the first byte.</param>
/// <param name="length">How many bytes belong to the member; padding to a whole block follows.</param>
/// <param name="name">The member, for messages.</param>
internal sealed class TarData(Stream archive, long length, string name) : ForwardStream
{
    private readonly long _padding = -length & (TarHeader.BlockLength - 1);
    private long _remaining = length;

    /// <summary>The bytes that were not read yet.</summary>
    public long Remaining => _remaining;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_remaining == 0 || buffer.IsEmpty)
            return 0;
        var count = await archive.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _remaining)], cancellationToken);
        if (count == 0)
            throw Cut();
        _remaining -= count;
        return count;
    }

    /// <summary>Reads past everything that is left and the padding.</summary>
    /// <exception cref="SourceException">The archive ends before.</exception>
    public async ValueTask SkipAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            for (var left = _remaining + _padding; left > 0;)
            {
                var count = await archive.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
                left -= count > 0 ? count : throw Cut();
            }
            _remaining = 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private SourceException Cut() => new($"The archive is broken: it ends in the middle of '{name}'.");
}
