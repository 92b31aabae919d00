using System.Runtime.InteropServices;

namespace Bistro.Model.Yaml;

/// <summary>
/// Tells files from pipes, sockets and devices before they are opened: to open a pipe waits for who writes into it, and a
/// device may never end. .NET takes all of them for files.
/// </summary>
internal static partial class FileType
{
    private const int CurrentDirectory = -100;
    private const uint TypeWanted = 1;

    /// <summary>Whether the path, symbolic links followed, leads to something that is neither a file nor a folder.</summary>
    public static bool IsSpecial(string path) =>
        statx(CurrentDirectory, path, 0, TypeWanted, out var status) == 0 && status.IsSpecial;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, out Status status);

    /// <summary><c>struct statx</c>, whose layout is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct Status
    {
        [FieldOffset(28)]
        private readonly ushort _mode;

        public bool IsSpecial => (_mode & 0xF000) is not (0x8000 or 0x4000);
    }
}
