using System.Runtime.InteropServices;

namespace Bistro.Builder.Processes;

/// <summary>Signals to process groups.</summary>
internal static partial class Signals
{
    public const int Terminate = 15;
    public const int Kill = 9;

    /// <summary>Signals the group that the process leads, or the process alone while it leads none (yet).</summary>
    public static void SendToGroup(int processId, int signal)
    {
        if (SendSignal(-processId, signal) != 0)
            _ = SendSignal(processId, signal);
    }

    /// <summary>Signals what is left of a group whose leader has ended.</summary>
    public static void SendToOrphans(int processId, int signal) => _ = SendSignal(-processId, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
