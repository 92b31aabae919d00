using System.Buffers;
using Bistro.Builder.Files;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>Copies an object into a file: inside the kernel, or through memory where the kernel cannot copy between the two.</summary>
internal static class FileCopy
{
    private const int ChunkSize = 1 << 16;

    /// <param name="content">The object.</param>
    /// <param name="target">A new file, open for writing.</param>
    /// <param name="path">The file's path, for messages.</param>
    public static void Copy(ContentReader content, SafeFileHandle target, string path)
    {
        long offset = 0;
        while (offset < content.Length)
        {
            if (Posix.CopyRange(content.Handle, target, ref offset, content.Length - offset, path) > 0)
                continue;
            CopyThroughMemory(content, target, offset, path);
            return;
        }
    }

    private static void CopyThroughMemory(ContentReader content, SafeFileHandle target, long offset, string path)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            for (int read; offset < content.Length; offset += read)
            {
                read = content.Read(buffer, offset);
                if (read == 0)
                    throw new EndOfStreamException($"The object for {path} is shorter than it was.");
                RandomAccess.Write(target, buffer.AsSpan(0, read), offset);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
