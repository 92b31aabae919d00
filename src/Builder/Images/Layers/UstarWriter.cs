using System.Buffers;
using System.Formats.Tar;
using System.Text;
using Bistro.Builder.Content;

namespace Bistro.Builder.Images.Layers;

/// <summary>
/// Writes a tar archive whose bytes depend on nothing but its entries: ustar, with a pax header only for what ustar cannot
/// hold (long or non-ASCII names, long link targets, files of 8 GiB and more). Paths have no leading <c>./</c>.
/// </summary>
internal sealed class UstarWriter(Stream target) : IDisposable
{
    private const int CopyLength = 1 << 17;
    private const int PaxMode = 0x1A4; // 0644

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(CopyLength);

    public ValueTask WriteDirectoryAsync(string path, int mode, CancellationToken cancellationToken) =>
        WriteHeaderAsync(TarEntryType.Directory, path + "/", link: "", mode, size: 0, cancellationToken);

    public ValueTask WriteSymlinkAsync(string path, string link, int mode, CancellationToken cancellationToken) =>
        WriteHeaderAsync(TarEntryType.SymbolicLink, path, link, mode, size: 0, cancellationToken);

    public ValueTask WriteEmptyFileAsync(string path, int mode, CancellationToken cancellationToken) =>
        WriteHeaderAsync(TarEntryType.RegularFile, path, link: "", mode, size: 0, cancellationToken);

    public async ValueTask WriteFileAsync(string path, int mode, ContentReader content, CancellationToken cancellationToken)
    {
        await WriteHeaderAsync(TarEntryType.RegularFile, path, link: "", mode, content.Length, cancellationToken);
        for (long offset = 0; offset < content.Length;)
        {
            var read = content.Read(_buffer.AsSpan(0, CopyLength), offset);
            if (read == 0)
                throw new EndOfStreamException($"'{path}' has ended after {offset} of {content.Length} bytes.");
            await target.WriteAsync(_buffer.AsMemory(0, read), cancellationToken);
            offset += read;
        }

        await WritePaddingAsync(content.Length, cancellationToken);
    }

    /// <summary>Writes the two empty blocks that end an archive.</summary>
    public ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        var end = _buffer.AsMemory(0, 2 * UstarHeader.BlockLength);
        end.Span.Clear();
        return target.WriteAsync(end, cancellationToken);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private async ValueTask WriteHeaderAsync(
        TarEntryType type, string path, string link, int mode, long size, CancellationToken cancellationToken)
    {
        var extension = PaxRecords.For(path, link, size);
        if (extension.Length > 0)
        {
            await target.WriteAsync(Fill(TarEntryType.ExtendedAttributes, PaxRecords.NameFor(path), "", PaxMode, extension.Length), cancellationToken);
            await target.WriteAsync(extension, cancellationToken);
            await WritePaddingAsync(extension.Length, cancellationToken);
        }

        await target.WriteAsync(Fill(type, path, link, mode, size), cancellationToken);
    }

    // Where a pax header says more, the plain fields hold as much as fits.
    private ReadOnlyMemory<byte> Fill(TarEntryType type, string path, string link, int mode, long size)
    {
        var pathBytes = Encoding.UTF8.GetBytes(path);
        var linkBytes = Encoding.UTF8.GetBytes(link);
        if (!UstarHeader.TrySplit(pathBytes, out var prefix, out var name))
            name = pathBytes.AsSpan(0, Math.Min(pathBytes.Length, UstarHeader.NameLength));
        var block = _buffer.AsMemory(0, UstarHeader.BlockLength);
        UstarHeader.Write(
            block.Span, type, prefix, name, linkBytes.AsSpan(0, Math.Min(linkBytes.Length, UstarHeader.NameLength)), mode,
            size > UstarHeader.MaxSize ? 0 : size);
        return block;
    }

    private async ValueTask WritePaddingAsync(long size, CancellationToken cancellationToken)
    {
        var padding = (int)(-size & (UstarHeader.BlockLength - 1));
        if (padding == 0)
            return;
        _buffer.AsSpan(0, padding).Clear();
        await target.WriteAsync(_buffer.AsMemory(0, padding), cancellationToken);
    }
}
