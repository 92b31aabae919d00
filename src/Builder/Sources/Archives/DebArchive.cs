using System.Globalization;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;

namespace Bistro.Builder.Sources.Archives;

/// <summary>
/// Debian packages (deb(5)): an <c>ar</c> file whose compressed member <c>data.tar</c> has the files to install.
/// <code>
/// !&lt;arch&gt; LF, then for each member: name(16) time(12) uid(6) gid(6) mode(8) size(10) ` LF, content, padded to an even length
/// </code>
/// </summary>
internal static class DebArchive
{
    private const int HeaderLength = 60;
    private const int SizeOffset = 48;

    /// <exception cref="SourceException">The file is not a Debian package, or is broken.</exception>
    public static async Task<List<ArchiveMember>> ReadAsync(
        SourceStaging staging, string path, IContentBatch batch, CancellationToken cancellationToken)
    {
        var data = Path.Combine(staging.ScratchDirectory, Path.GetRandomFileName());
        await CopyDataAsync(path, data, cancellationToken);
        return await TarArchive.ReadAsync(staging, data, batch, cancellationToken);
    }

    private static async Task CopyDataAsync(string path, string target, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var header = new byte[HeaderLength];
        if (await file.ReadAtLeastAsync(header.AsMemory(0, 8), 8, throwOnEndOfStream: false, cancellationToken) != 8 || !header.AsSpan(0, 8).SequenceEqual("!<arch>\n"u8))
            throw new SourceException("The file is not a Debian package.");
        while (await file.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken) == HeaderLength)
        {
            var text = Encoding.ASCII.GetString(header);
            if (!text.EndsWith("`\n", StringComparison.Ordinal)
                || !long.TryParse(text.AsSpan(SizeOffset, 10).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                || size > file.Length - file.Position)
                throw new SourceException("The Debian package is broken.");
            if (text.StartsWith("data.tar", StringComparison.Ordinal))
            {
                await using var data = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
                await CopyAsync(file, data, size, cancellationToken);
                return;
            }
            file.Position += size + (size & 1);
        }
        throw new SourceException("The Debian package has no 'data.tar'.");
    }

    private static async Task CopyAsync(Stream source, Stream target, long length, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (length > 0)
        {
            var count = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length)), cancellationToken);
            if (count == 0)
                throw new SourceException("The Debian package is broken.");
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            length -= count;
        }
    }
}
