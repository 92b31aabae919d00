using System.Buffers;
using System.Formats.Tar;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Builder.Trees;

namespace Bistro.Builder.Images.Layers;

/// <summary>
/// Writes a tar archive whose bytes depend only on its entries: ustar, with a pax header only for what ustar cannot hold
/// (long or non-ASCII names, long link targets, files of 8 GiB and more, large owner numbers, extended attributes). Paths
/// have no leading <c>./</c>.
/// </summary>
internal sealed class UstarWriter(Stream target) : IDisposable
{
    private const int CopyLength = 1 << 17;
    private const int PaxMode = 0x1A4; // 0644
    private const int LinkMode = 0x1FF; // 0777

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(CopyLength);

    /// <param name="path">The path.</param>
    /// <param name="mode">The mode, unless the attributes have one.</param>
    /// <param name="attributes">The owner and the extended attributes.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public ValueTask WriteDirectoryAsync(string path, int mode, EntryAttributes attributes, CancellationToken cancellationToken) =>
        WriteHeaderAsync(TarEntryType.Directory, path + "/", link: "", mode, attributes, size: 0, cancellationToken);

    /// <summary>Writes a symbolic link, which has no mode of its own.</summary>
    public ValueTask WriteSymlinkAsync(string path, string link, EntryAttributes attributes, CancellationToken cancellationToken) =>
        WriteHeaderAsync(TarEntryType.SymbolicLink, path, link, LinkMode, attributes with { Mode = null }, size: 0, cancellationToken);

    public ValueTask WriteEmptyFileAsync(string path, int mode, CancellationToken cancellationToken) =>
        WriteHeaderAsync(TarEntryType.RegularFile, path, link: "", mode, EntryAttributes.None, size: 0, cancellationToken);

    /// <inheritdoc cref="WriteDirectoryAsync"/>
    public async ValueTask WriteFileAsync(
        string path, int mode, EntryAttributes attributes, ContentReader content, CancellationToken cancellationToken)
    {
        await WriteHeaderAsync(TarEntryType.RegularFile, path, link: "", mode, attributes, content.Length, cancellationToken);
        for (long offset = 0; offset < content.Length;)
        {
            var read = content.Read(_buffer.AsSpan(0, CopyLength), offset);
            if (read == 0)
                throw new EndOfStreamException($"'{path}' ended after {offset} of {content.Length} bytes.");
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
        TarEntryType type, string path, string link, int mode, EntryAttributes attributes, long size, CancellationToken cancellationToken)
    {
        var extension = PaxRecords.For(path, link, size, attributes);
        if (extension.Length > 0)
        {
            var header = Fill(TarEntryType.ExtendedAttributes, PaxRecords.NameFor(path), "", PaxMode, EntryAttributes.None, extension.Length);
            await target.WriteAsync(header, cancellationToken);
            await target.WriteAsync(extension, cancellationToken);
            await WritePaddingAsync(extension.Length, cancellationToken);
        }

        await target.WriteAsync(Fill(type, path, link, attributes.Mode ?? mode, attributes, size), cancellationToken);
    }

    // Where a pax header has the whole value, the plain fields hold as much as fits, or 0.
    private ReadOnlyMemory<byte> Fill(TarEntryType type, string path, string link, int mode, EntryAttributes attributes, long size)
    {
        var pathBytes = Encoding.UTF8.GetBytes(path);
        var linkBytes = Encoding.UTF8.GetBytes(link);
        if (!UstarHeader.TrySplit(pathBytes, out var prefix, out var name))
            name = pathBytes.AsSpan(0, Math.Min(pathBytes.Length, UstarHeader.NameLength));
        var block = _buffer.AsMemory(0, UstarHeader.BlockLength);
        UstarHeader.Write(
            block.Span, type, prefix, name, linkBytes.AsSpan(0, Math.Min(linkBytes.Length, UstarHeader.NameLength)), mode,
            Id(attributes.Owner), Id(attributes.Group), size > UstarHeader.MaxSize ? 0 : size);
        return block;

        static uint Id(uint? id) => id is <= UstarHeader.MaxId ? id.Value : 0;
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
