using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Bistro.Model.Disk;
using Bistro.Model.Errors;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Model.Yaml;

/// <summary>Reads a file of a project as text, within bounds.</summary>
public static class SourceText
{
    // Above what any project holds; below it a file is read within 256 MB whatever it holds.
    private const int LargestFile = 16 << 20;

    /// <param name="file">Its path must be given.</param>
    /// <param name="askedBy">The place to report where it is missing.</param>
    /// <exception cref="LoadException">The file is missing, too large, not a file, or not text.</exception>
    public static string Read(SourceFile file, Provenance? askedBy = null) => Read(file, askedBy, out _);

    /// <inheritdoc cref="Read(SourceFile, Provenance?)"/>
    /// <param name="file">Its path must be given.</param>
    /// <param name="askedBy">The place to report where it is missing.</param>
    /// <param name="version">The version that was read; null where the file changed meanwhile.</param>
    internal static string Read(SourceFile file, Provenance? askedBy, out FileStatus? version)
    {
        if (FileStatus.Of(file.Path!).Kind == FileKind.Special)
            throw new LoadException(LoadErrorReason.MissingFile, askedBy, $"{file.Path} is a pipe, a socket or a device");
        try
        {
            using var handle = File.OpenHandle(file.Path!, share: FileShare.ReadWrite | FileShare.Delete);
            var before = FileStatus.Of(handle);
            var text = Read(handle, file);
            version = FileStatus.Of(handle) == before ? before : null;
            return text;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LoadException(LoadErrorReason.MissingFile, askedBy, $"Could not find file at {file.Path}");
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(file.Path))
        {
            throw new LoadException(LoadErrorReason.LoadingDirectory, askedBy, $"{file.Path} is a directory");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LoadException(LoadErrorReason.MissingFile, askedBy, $"Could not read {file.Path}: {exception.Message}");
        }
    }

    private static string Read(SafeFileHandle handle, SourceFile file)
    {
        var length = RandomAccess.GetLength(handle);
        if (length > LargestFile)
            throw new LoadException(
                LoadErrorReason.InvalidYaml, new Provenance(file, 1, 1), $"The file has more than {LargestFile >> 20} MiB");
        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            var read = 0;
            while (read < length && RandomAccess.Read(handle, buffer.AsSpan(read, (int)length - read), read) is > 0 and var count)
                read += count;
            var bytes = buffer.AsSpan(0, read);
            return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw NoText(file, bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static LoadException NoText(SourceFile file, ReadOnlySpan<byte> bytes)
    {
        var (line, column) = (1, 1);
        while (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done)
        {
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + 1);
            bytes = bytes[length..];
        }

        return new LoadException(
            LoadErrorReason.InvalidYaml, new Provenance(file, line, column), $"The byte 0x{bytes[0]:x2} is not valid UTF-8");
    }
}
