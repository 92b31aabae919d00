using System.Text;

namespace Bistro.Conformance.Sandbox;

/// <summary>Finds processes of this machine by their command lines.</summary>
internal static class HostProcesses
{
    public static int[] With(string argument) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(directory => int.TryParse(Path.GetFileName(directory), out var id) ? id : 0)
            .Where(id => id != 0 && CommandLine(id).Split('\0').Contains(argument)),
    ];

    public static async Task AppearAsync(string argument, CancellationToken cancellationToken)
    {
        while (With(argument).Length == 0)
            await Task.Delay(10, cancellationToken);
    }

    public static async Task VanishAsync(string argument, CancellationToken cancellationToken)
    {
        while (With(argument).Length > 0)
            await Task.Delay(10, cancellationToken);
    }

    // Empty for a zombie and for one that is gone.
    private static string CommandLine(int id)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{id}/cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
