using System.Collections.Immutable;
using Bistro.Builder.Files;

namespace Bistro.Builder.Sandbox;

/// <summary>A directory of the host at a path of the sandbox.</summary>
internal readonly record struct SandboxMount(string Path, string HostDirectory);

/// <summary>The file system of one sandbox: which host directory is mounted where.</summary>
internal sealed record SandboxMounts
{
    /// <summary>The host directory at <c>/</c>.</summary>
    public required string Root { get; init; }

    /// <summary>Whether the root belongs to this run alone.</summary>
    public required bool IsRootWritable { get; init; }

    /// <summary>Further trees that commands may read.</summary>
    public ImmutableArray<SandboxMount> ReadOnly { get; init; } = [];

    /// <summary>Directories that belong to this run.</summary>
    public ImmutableArray<SandboxMount> Writable { get; init; } = [];

    /// <summary>A fresh directory for <c>/tmp</c>, on disk because builds put large files there.</summary>
    public required string Temporary { get; init; }

    /// <summary>The host's path of a file or directory of the sandbox that commands may write to.</summary>
    /// <exception cref="SandboxException">A command put a symbolic link there, which on the host may lead anywhere.</exception>
    public string HostPath(string path)
    {
        foreach (var mount in Writable)
            if (SandboxPath.Contains(mount.Path, path))
                return Below(mount.HostDirectory, mount.Path, path);
        if (!IsRootWritable)
            throw new ArgumentException($"'{path}' is not writable.", nameof(path));
        return Below(Root, "/", path);
    }

    private static string Below(string hostDirectory, string mount, string path)
    {
        foreach (var name in SandboxPath.Relative(mount, path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            hostDirectory = $"{hostDirectory}/{name}";
            if (Posix.TryStat(hostDirectory, out var status) && status.IsLink)
                throw new SandboxException($"{path} cannot be collected: the build replaced '{name}' with a symbolic link.");
        }
        return hostDirectory;
    }
}
