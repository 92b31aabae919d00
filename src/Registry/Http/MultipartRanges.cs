using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Bistro.Registry.Http;

/// <summary>
/// The frame of a <c>multipart/byteranges</c> body (RFC 9110, section 14.6): before each run a line with the boundary and the
/// run's own headers, behind the last one the closing boundary.
/// </summary>
public sealed class MultipartRanges
{
    private readonly string _boundary = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly IReadOnlyList<ByteRun> _runs;
    private readonly string _contentType;
    private readonly long _blobLength;

    public MultipartRanges(IReadOnlyList<ByteRun> runs, string contentType, long blobLength)
    {
        (_runs, _contentType, _blobLength) = (runs, contentType, blobLength);
        Length = End.Length;
        for (var i = 0; i < runs.Count; i++)
            Length += HeadOf(i).Length + runs[i].Length;
    }

    /// <summary>Of the whole body, bytes.</summary>
    public long Length { get; }

    /// <summary>The response's <c>Content-Type</c>.</summary>
    public string ContentType => $"multipart/byteranges; boundary={_boundary}";

    public byte[] End => Encoding.ASCII.GetBytes($"\r\n--{_boundary}--\r\n");

    /// <summary>What stands before a run.</summary>
    public byte[] HeadOf(int index)
    {
        var run = _runs[index];
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{(index == 0 ? "" : "\r\n")}--{_boundary}\r\nContent-Type: {_contentType}\r\nContent-Range: bytes {run.Offset}-{run.End - 1}/{_blobLength}\r\n\r\n"));
    }
}
