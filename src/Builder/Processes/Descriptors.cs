using System.Globalization;
using System.Runtime.InteropServices;
using Bistro.Model.Folders;

namespace Bistro.Builder.Processes;

/// <summary>File descriptors that this process inherited. .NET opens its own so that children do not inherit them.</summary>
internal static partial class Descriptors
{
    private const int SetFlags = 2;
    private const int CloseOnExecFlag = 1;
    private const int StandardError = 2;

    /// <summary>Keeps every descriptor but the standard streams from the programs that are started later.</summary>
    public static void CloseOnExec()
    {
        foreach (var path in FolderWalk.Entries("/proc/self/fd"))
        {
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor) && descriptor > StandardError)
                _ = Control(descriptor, SetFlags, CloseOnExecFlag);
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);
}
