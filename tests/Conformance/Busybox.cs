using Bistro.Builder.Processes;

namespace Bistro.Conformance;

/// <summary>The smallest base that sandboxes have a shell in: one static program under all of its names.</summary>
internal static class Busybox
{
    private const string Program = "/bin/busybox";

    private static readonly string[] Applets =
    [
        "cat", "chmod", "cp", "cut", "date", "echo", "env", "expr", "false", "find", "grep", "head", "hostname", "id", "ip", "kill",
        "ln", "ls", "mkdir", "mount", "mv", "nc", "ping", "ps", "pwd", "readlink", "rm", "sed", "seq", "setsid", "sh", "sleep", "sort", "stat",
        "su", "tail", "test", "touch", "tr", "true", "uname", "unshare", "wc",
    ];

    public static void SkipWithoutSandbox()
    {
        Assert.SkipUnless(File.Exists(Program), "busybox is not installed: apt-get install busybox-static");
        Assert.SkipUnless(new Tool("bwrap", "bubblewrap").Find() is not null, "bubblewrap is not installed: apt-get install bubblewrap");
    }

    public static void WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        File.Copy(Program, Path.Combine(directory, "busybox"));
        foreach (var name in Applets)
            File.CreateSymbolicLink(Path.Combine(directory, name), "busybox");
    }
}
