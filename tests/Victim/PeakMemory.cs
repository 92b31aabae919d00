using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Bistro.Victim;

/// <summary>
/// Runs a program and finds out how much memory it had at most. A process of its own does this, because the system tells the most of
/// all that a process has started, and begins with what the parent itself had when it started them.
/// </summary>
internal static partial class PeakMemory
{
    private const int Children = -1;

    /// <param name="report">The file that receives the kilobytes.</param>
    /// <param name="program">What to run; it writes where this process writes.</param>
    /// <param name="arguments">For the program.</param>
    /// <returns>Its exit code.</returns>
    public static int Run(string report, string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
        process.WaitForExit();
        if (GetUsage(Children, out var usage) != 0)
            throw new InvalidOperationException($"getrusage: {Marshal.GetLastPInvokeErrorMessage()}");
        File.WriteAllText(report, usage.PeakKilobytes.ToString(CultureInfo.InvariantCulture));
        return process.ExitCode;
    }

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    private static partial int GetUsage(int who, out Usage usage);

    /// <summary><c>struct rusage</c>: two times, then <c>ru_maxrss</c>, then what is of no interest here.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private struct Usage
    {
        public long UserSeconds;
        public long UserMicroseconds;
        public long SystemSeconds;
        public long SystemMicroseconds;
        public long PeakKilobytes;
    }
}
