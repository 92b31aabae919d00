using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Bistro.Builder.Builds;

/// <summary>
/// The log of one build: a file that can be read while it grows, made when the first line is written. Several writers may
/// write at once.
/// </summary>
public sealed partial class LogStream(string path) : Stream
{
    // What the lines of an error may take together.
    private const int LongestTail = 64 << 10;
    private const int UsualLine = 400;

    private readonly Lock _gate = new();
    private FileStream? _file;

    /// <summary>The file's absolute path; null while nothing was written.</summary>
    public string? Location => _file?.Name;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The last lines, without control characters, for readers who cannot read the file.</summary>
    /// <param name="count">How many at most; together they have at most 400 bytes each, and 64 KiB.</param>
    public ImmutableArray<string> LastLines(int count)
    {
        if (Location is not { } location)
            return [];
        using var file = new FileStream(location, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var length = (int)Math.Min(file.Length, Math.Min(LongestTail, (long)count * UsualLine));
        file.Seek(-length, SeekOrigin.End);
        var tail = new byte[length];
        file.ReadExactly(tail);
        var lines = Encoding.UTF8.GetString(tail).Split('\n').Select(Clean);
        // What the tail begins with is part of a line, unless it is the whole file.
        return [.. lines.Skip(file.Length > length ? 1 : 0).Where(line => line.Length > 0).TakeLast(count)];
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate)
        {
            if (_file is null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                // Unbuffered: a reader that follows the build sees each line immediately.
                _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
            }
            _file.Write(buffer);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file?.Dispose();
        base.Dispose(disposing);
    }

    private static string Clean(string line) => ControlCharacters().Replace(line, "").TrimEnd();

    // Escape sequences of terminals whole, then what else is not text.
    [GeneratedRegex(@"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\p{Cc}-[\t]]")]
    private static partial Regex ControlCharacters();
}
