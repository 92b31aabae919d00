using System.IO.Compression;
using Bistro.Builder.Errors;
using Bistro.Builder.Processes;
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.BZip2;
using ICSharpCode.SharpZipLib.GZip;
using ZstdSharp;

namespace Bistro.Builder.Sources.Archives;

/// <summary>Decompresses a file. Its first bytes determine the format, not its name.</summary>
internal static class Compression
{
    // A file may ask the decoder for more memory than the machine has.
    private const string MemoryLimit = "--memlimit-decompress=1GiB";

    private static readonly Tool Xz = new("xz", "xz-utils");

    /// <exception cref="SourceException">The file is broken or cut off.</exception>
    /// <exception cref="ToolException"><c>xz</c> is missing or fails.</exception>
    public static async Task ReadAsync(string path, ToolRunner tools, OutputReader read, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 128 * 1024, FileOptions.SequentialScan);
        var magic = new byte[6];
        var length = await file.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellationToken);
        file.Position = 0;
        try
        {
            if (magic.AsSpan(0, length) is [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0] or [(byte)'L', (byte)'Z', (byte)'I', (byte)'P', ..])
            {
                var unpack = new ToolCommand(Xz, "--decompress", "--stdout", "--threads=0", MemoryLimit) { Input = file, Output = read };
                await tools.RunCheckedAsync(unpack, log: null, cancellationToken);
                return;
            }
            await using var plain = Open(file, magic.AsSpan(0, length));
            await read(plain, cancellationToken);
            // .NET ends a stream that is cut off as if it were whole.
            if (plain is GZipStream && await plain.ReadAsync(new byte[1], cancellationToken) == 0)
                await CheckGzipAsync(path, cancellationToken);
        }
        catch (Exception failure) when (failure is InvalidDataException or SharpZipBaseException or EndOfStreamException or ZstdException)
        {
            throw new SourceException($"The file is broken: {failure.Message}");
        }
    }

    private static async Task CheckGzipAsync(string path, CancellationToken cancellationToken)
    {
        await using var gzip = new GZipInputStream(File.OpenRead(path));
        var buffer = new byte[128 * 1024];
        while (await gzip.ReadAsync(buffer, cancellationToken) > 0)
        {
        }
    }

    private static Stream Open(FileStream file, ReadOnlySpan<byte> magic) => magic switch
    {
        [0x1F, 0x8B, ..] => new GZipStream(file, CompressionMode.Decompress),
        [(byte)'B', (byte)'Z', (byte)'h', ..] => new BZip2InputStream(file),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => new DecompressionStream(file),
        _ => file,
    };
}
