using System.Text;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Sources.Archives;

/// <summary>
/// Reads a tar archive member by member, as Python's <c>tarfile</c> does: ustar, GNU and pax headers, sparse files expanded.
/// The archive ends at an empty block, or where the file ends between two members.
/// </summary>
internal sealed class TarReading(Stream archive, IContentBatch batch, bool mayBeEmpty)
{
    // Pax headers hold names and the map of a sparse file. This many bytes are read for one member, and kept for the whole archive.
    private const long MaximumHeaderBytes = 16 << 20;

    private readonly byte[] _block = new byte[TarHeader.BlockLength];
    private readonly Dictionary<string, byte[]> _global = new(StringComparer.Ordinal);
    private bool _isStarted;
    private long _headerBytes;

    /// <summary>Reads the members' attributes; null where they are not needed, as in sources.</summary>
    public TarAttributes? Attributes { get; init; }

    /// <summary>The next member with its content stored; null at the end of the archive.</summary>
    /// <exception cref="SourceException">The archive is broken, or has a name that cannot be stored.</exception>
    public async ValueTask<ArchiveMember?> NextAsync(CancellationToken cancellationToken)
    {
        var records = new TarRecords();
        _headerBytes = 0;
        while (await ReadHeaderAsync(records, cancellationToken))
        {
            var header = TarHeader.Parse(_block);
            switch (header.Type)
            {
                case 'L' or 'K':
                    records.Add(header.Type, await ReadContentAsync(header.Size, cancellationToken));
                    break;
                case 'x' or 'X':
                    records.AddPax(await ReadContentAsync(header.Size, cancellationToken));
                    break;
                case 'g':
                    TarRecords.Parse(await ReadContentAsync(header.Size, cancellationToken), _global, sparse: null);
                    ExpectFewBytes(_global.Sum(record => (long)record.Key.Length + record.Value.Length));
                    records.Begin();
                    break;
                default:
                    return await ReadMemberAsync(header, records, cancellationToken);
            }
        }
        return null;
    }

    /// <summary>Reads a block; false when the archive ends.</summary>
    private async ValueTask<bool> ReadHeaderAsync(TarRecords records, CancellationToken cancellationToken)
    {
        var count = await archive.ReadAtLeastAsync(_block, _block.Length, throwOnEndOfStream: false, cancellationToken);
        if (count == _block.Length && _block.AsSpan().ContainsAnyExcept((byte)0))
            return _isStarted = true;
        if (count == 0 && !_isStarted && !mayBeEmpty)
            throw new SourceException("The archive is empty.");
        return count is 0 or TarHeader.BlockLength && records.IsEmpty ? false : throw Cut();
    }

    private async ValueTask<byte[]> ReadContentAsync(long size, CancellationToken cancellationToken)
    {
        ExpectFewBytes(_headerBytes + Math.Min(size, long.MaxValue - _headerBytes));
        _headerBytes += size;
        var content = new byte[size];
        await ReadExactlyAsync(content, cancellationToken);
        await SkipPaddingAsync(size, cancellationToken);
        return content;
    }

    private static void ExpectFewBytes(long bytes)
    {
        if (bytes > MaximumHeaderBytes)
            throw new SourceException($"The archive has headers of {bytes} bytes; at most {MaximumHeaderBytes} are read.");
    }

    private async ValueTask<ArchiveMember> ReadMemberAsync(TarHeader header, TarRecords records, CancellationToken cancellationToken)
    {
        // Python takes a slash at the end of a name for a folder only in the oldest format, without further headers.
        var isOldFolder = header is { Type: '\0', Name: [.., (byte)'/'] } && records.IsEmpty;
        var kind = isOldFolder ? ArchiveMemberKind.Directory : KindOf(header.Type);
        var size = records.Find("size") is { } own ? TarSparseMap.Decimal(own) : header.Size;
        records.AddGlobal(_global);

        var name = TarText.Decode(records.LongName ?? records.Find("GNU.sparse.name") ?? records.Find("path") ?? header.Name, "name");
        if (TreePath.FindFault(name) is { } fault)
            throw new SourceException($"The archive cannot be stored. {fault}");
        var target = TarText.Decode(records.LongLink ?? records.Find("linkpath") ?? header.Link, "link target");
        if (Encoding.UTF8.GetByteCount(target) > TreePath.MaximumBytes)
            throw new SourceException($"The archive cannot be stored. The target of the link '{name}' is longer than {TreePath.MaximumBytes} bytes.");

        var content = default(SizedDigest);
        if (kind == ArchiveMemberKind.File)
            content = await StoreAsync(name, header, records, size, cancellationToken);
        else if (kind == ArchiveMemberKind.Unknown)
            await new TarData(archive, size, name).SkipAsync(cancellationToken);
        return new ArchiveMember(kind, kind == ArchiveMemberKind.Directory ? name.TrimEnd('/') : name, target, content, header.IsExecutable)
        {
            Attributes = Attributes?.Read(name, kind, header, records) ?? EntryAttributes.None,
        };
    }

    private async ValueTask<SizedDigest> StoreAsync(
        string name, TarHeader header, TarRecords records, long size, CancellationToken cancellationToken)
    {
        for (var more = header.HasMoreSparse; more;)
        {
            await ReadExactlyAsync(_block, cancellationToken);
            more = TarHeader.ParseExtension(_block, header.Sparse!);
        }
        var data = new TarData(archive, size, name);
        var sparse = header.Sparse ?? await TarSparseFormats.ReadAsync(records, data, cancellationToken);
        sparse?.CheckSize();
        await using Stream content = sparse is null ? data : new TarSparseStream(data, sparse);
        var stored = await batch.AddAsync(content, cancellationToken);
        await data.SkipAsync(cancellationToken);
        return stored;
    }

    private async ValueTask SkipPaddingAsync(long size, CancellationToken cancellationToken) =>
        await ReadExactlyAsync(_block.AsMemory(0, (int)(-size & (TarHeader.BlockLength - 1))), cancellationToken);

    private async ValueTask ReadExactlyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (await archive.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken) != buffer.Length)
            throw Cut();
    }

    private static SourceException Cut() => new("The archive is broken: it ends in the middle of a member.");

    private static ArchiveMemberKind KindOf(char type) => type switch
    {
        '0' or '\0' or '7' or 'S' => ArchiveMemberKind.File,
        '1' => ArchiveMemberKind.HardLink,
        '2' => ArchiveMemberKind.SymbolicLink,
        '3' or '4' or '6' => ArchiveMemberKind.Device,
        '5' => ArchiveMemberKind.Directory,
        _ => ArchiveMemberKind.Unknown,
    };
}
