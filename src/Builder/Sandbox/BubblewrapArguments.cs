using System.Globalization;

namespace Bistro.Builder.Sandbox;

/// <summary>
/// The arguments of bubblewrap. All namespaces are unshared, so a sandbox has no network and only those parts of the host that
/// are named here. Every mount is nosuid, and every capability is dropped (bubblewrap keeps them when it runs as root).
/// </summary>
internal static class BubblewrapArguments
{
    /// <summary>Commands see the same host wherever they run.</summary>
    private const string HostName = "bistro";

    // Every sandbox has these, whatever was staged there.
    private static readonly string[] OwnDirectories = ["dev", "proc", "tmp"];

    /// <param name="request">The commands and their environment.</param>
    /// <param name="mounts">The file system.</param>
    /// <param name="isInteractive">Whether it runs on the user's terminal, which a new session could not read.</param>
    /// <param name="sharesNetwork">Whether the host's network is available.</param>
    public static List<string> For(SandboxRequest request, SandboxMounts mounts, bool isInteractive, bool sharesNetwork)
    {
        List<string> arguments =
        [
            // The shell is the first process of its namespace: when it ends, the kernel first ends all others.
            "--unshare-all", "--unshare-user", "--as-pid-1", "--die-with-parent",
            "--uid", Number(request.UserId), "--gid", Number(request.GroupId),
            "--hostname", HostName, "--cap-drop", "ALL",
        ];
        if (!isInteractive)
            arguments.Add("--new-session");
        if (sharesNetwork)
            arguments.AddRange(["--share-net", "--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"]);

        if (mounts.IsRootWritable)
            arguments.AddRange(["--bind", mounts.Root, "/"]);
        else
            AddReadOnlyRoot(arguments, mounts.Root);
        foreach (var mount in mounts.ReadOnly)
            arguments.AddRange(["--ro-bind", mount.HostDirectory, mount.Path]);

        arguments.AddRange(
        [
            "--proc", "/proc",
            // Root inside that is root outside could write there: the kernel checks the user, not a capability.
            "--ro-bind", "/proc/sys", "/proc/sys",
            "--dev", "/dev", "--perms", "1777", "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
            "--bind", mounts.Temporary, "/tmp",
        ]);
        foreach (var mount in mounts.Writable)
            arguments.AddRange(["--bind", mount.HostDirectory, mount.Path]);
        if (!mounts.IsRootWritable)
            arguments.AddRange(["--remount-ro", "/"]);

        foreach (var (name, value) in request.Environment)
            arguments.AddRange(["--setenv", name, value]);
        arguments.AddRange(["--chdir", request.WorkingDirectory]);
        return arguments;
    }

    /// <summary>
    /// The root is an empty file system in memory on which the staged entries are mounted one by one. Mount points can be
    /// created in it without changing the staged tree, which other sandboxes share.
    /// </summary>
    private static void AddReadOnlyRoot(List<string> arguments, string root)
    {
        arguments.AddRange(["--tmpfs", "/"]);
        foreach (var entry in new DirectoryInfo(root).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (OwnDirectories.Contains(entry.Name))
                continue;
            if (entry.LinkTarget is { } target)
                arguments.AddRange(["--symlink", target, "/" + entry.Name]);
            else
                arguments.AddRange(["--ro-bind", entry.FullName, "/" + entry.Name]);
        }
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
