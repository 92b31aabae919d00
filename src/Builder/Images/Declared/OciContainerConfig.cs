using System.Collections.Immutable;
using Bistro.Model.Keys;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Images.Declared;

/// <summary>The defaults for containers of an image. Members that were not written are null.</summary>
public sealed record OciContainerConfig
{
    public string? User { get; init; }
    public string? WorkingDir { get; init; }
    public string? StopSignal { get; init; }
    public long? Memory { get; init; }
    public long? MemorySwap { get; init; }
    public long? CpuShares { get; init; }

    /// <summary>Ports, such as <c>80/tcp</c>. In an image's configuration they are the keys of a map.</summary>
    public ImmutableArray<string>? ExposedPorts { get; init; }

    public ImmutableArray<string>? Volumes { get; init; }

    /// <summary><c>NAME=value</c>.</summary>
    public ImmutableArray<string>? Env { get; init; }

    public ImmutableArray<string>? Entrypoint { get; init; }
    public ImmutableArray<string>? Cmd { get; init; }
    public ImmutableArray<KeyValuePair<string, string>>? Labels { get; init; }
    public OciHealthcheck? Healthcheck { get; init; }

    public KeyValue Key
    {
        get
        {
            var key = new KeyMembers()
                .AddIfPresent("User", User)
                .AddIfPresent("WorkingDir", WorkingDir)
                .AddIfPresent("StopSignal", StopSignal)
                .AddIfPresent("Memory", Memory)
                .AddIfPresent("MemorySwap", MemorySwap)
                .AddIfPresent("CpuShares", CpuShares)
                .AddIfPresent("ExposedPorts", ExposedPorts)
                .AddIfPresent("Volumes", Volumes)
                .AddIfPresent("Env", Env)
                .AddIfPresent("Entrypoint", Entrypoint)
                .AddIfPresent("Cmd", Cmd);
            if (Labels is { } labels)
                key.Add("Labels", KeyMembers.OfTexts(labels));
            if (Healthcheck is { } healthcheck)
                key.Add("Healthcheck", healthcheck.Key);
            return key.ToKey();
        }
    }

    internal static OciContainerConfig Read(MappingNode config, bool isDocker, OciChecks checks)
    {
        ReadOnlySpan<string> common = ["User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir"];
        config.ExpectKeys(isDocker
            ? [.. common, "Memory", "MemorySwap", "CpuShares", "Healthcheck"]
            : [.. common, "Labels", "StopSignal"]);
        checks.Config(config);
        return new OciContainerConfig
        {
            User = config.OptionalText("User"),
            WorkingDir = config.OptionalText("WorkingDir"),
            StopSignal = config.OptionalText("StopSignal"),
            Memory = config.OptionalLong("Memory"),
            MemorySwap = config.OptionalLong("MemorySwap"),
            CpuShares = config.OptionalLong("CpuShares"),
            ExposedPorts = config.OptionalTexts("ExposedPorts"),
            Volumes = config.OptionalTexts("Volumes"),
            Env = config.OptionalTexts("Env"),
            Entrypoint = config.OptionalTexts("Entrypoint"),
            Cmd = config.OptionalTexts("Cmd"),
            Labels = config.OptionalMapping("Labels")?.TextMembers(),
            Healthcheck = config.OptionalMapping("Healthcheck") is { } healthcheck ? OciHealthcheck.Read(healthcheck) : null,
        };
    }
}

/// <summary>How Docker checks whether a container is healthy; times are in nanoseconds.</summary>
public sealed record OciHealthcheck(ImmutableArray<string>? Test, long? Interval, long? Timeout, long? Retries)
{
    public KeyValue Key => new KeyMembers()
        .AddIfPresent("Test", Test)
        .AddIfPresent("Interval", Interval)
        .AddIfPresent("Timeout", Timeout)
        .AddIfPresent("Retries", Retries)
        .ToKey();

    public static OciHealthcheck Read(MappingNode node)
    {
        node.ExpectKeys("Test", "Interval", "Timeout", "Retries");
        return new OciHealthcheck(
            node.OptionalTexts("Test"), node.OptionalLong("Interval"), node.OptionalLong("Timeout"), node.OptionalLong("Retries"));
    }
}
