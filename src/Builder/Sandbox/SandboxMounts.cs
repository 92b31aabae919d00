using System.Collections.Immutable;

namespace Bistro.Builder.Sandbox;

/// <summary>A directory of the host at a path of the sandbox.</summary>
internal readonly record struct SandboxMount(string Path, string HostDirectory);

/// <summary>The file system of one sandbox: which host directory stands where.</summary>
internal sealed record SandboxMounts
{
    /// <summary>What stands at <c>/</c>.</summary>
    public required string Root { get; init; }

    /// <summary>A root of the run's own, not the shared one.</summary>
    public required bool IsRootWritable { get; init; }

    /// <summary>Further trees that commands may read.</summary>
    public ImmutableArray<SandboxMount> ReadOnly { get; init; } = [];

    /// <summary>Directories of the run's own.</summary>
    public ImmutableArray<SandboxMount> Writable { get; init; } = [];

    /// <summary>A fresh directory that stands at <c>/tmp</c>: on the disk, because builds put large things there.</summary>
    public required string Temporary { get; init; }

    /// <summary>The host's file or directory behind a path of the sandbox that commands may write to.</summary>
    public string HostPath(string path)
    {
        foreach (var mount in Writable)
            if (SandboxPath.Contains(mount.Path, path))
                return SandboxPath.Join(mount.HostDirectory, SandboxPath.Relative(mount.Path, path));
        if (!IsRootWritable)
            throw new ArgumentException($"'{path}' is not writable.", nameof(path));
        return SandboxPath.Join(Root, SandboxPath.Relative("/", path));
    }
}
