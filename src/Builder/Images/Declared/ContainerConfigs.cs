using System.Collections.Immutable;
using Bistro.Builder.Images.Oci;

namespace Bistro.Builder.Images.Declared;

/// <summary>
/// How a child image's config goes over its parent's, as a Dockerfile's instructions go over what <c>FROM</c> named: lists of
/// names add up, a variable is replaced, and an entry point of one's own drops the command that was meant for the other.
/// </summary>
internal static class ContainerConfigs
{
    /// <summary>The config of a child; null when neither says anything.</summary>
    public static ContainerConfig? Inherit(ContainerConfig? parent, OciContainerConfig? own)
    {
        if (own is null)
            return parent;
        parent ??= new ContainerConfig();
        return new ContainerConfig
        {
            User = own.User ?? parent.User,
            ExposedPorts = Union(parent.ExposedPorts, own.ExposedPorts),
            Env = Variables(parent.Env, own.Env),
            Entrypoint = own.Entrypoint ?? parent.Entrypoint,
            Cmd = own.Cmd ?? (own.Entrypoint is null ? parent.Cmd : null),
            Volumes = Union(parent.Volumes, own.Volumes),
            WorkingDir = own.WorkingDir ?? parent.WorkingDir,
            Labels = Labels(parent.Labels, own.Labels),
            StopSignal = own.StopSignal ?? parent.StopSignal,
            Memory = own.Memory ?? parent.Memory,
            MemorySwap = own.MemorySwap ?? parent.MemorySwap,
            CpuShares = own.CpuShares ?? parent.CpuShares,
            Healthcheck = own.Healthcheck is { } check ? Healthcheck(check) : parent.Healthcheck,
            Others = parent.Others,
        };
    }

    private static ImmutableSortedSet<string>? Union(ImmutableSortedSet<string>? parent, ImmutableArray<string>? own) =>
        own is null ? parent : (parent ?? []).Concat(own.Value).ToImmutableSortedSet(StringComparer.Ordinal);

    // A variable that is set again keeps its place.
    private static ImmutableArray<string>? Variables(ImmutableArray<string>? parent, ImmutableArray<string>? own)
    {
        if (own is null)
            return parent;
        var variables = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in (parent ?? []).Concat(own.Value))
            variables[variable.Split('=')[0]] = variable;
        return [.. variables.Values];
    }

    private static ImmutableSortedDictionary<string, string>? Labels(
        ImmutableSortedDictionary<string, string>? parent, ImmutableArray<KeyValuePair<string, string>>? own) =>
        own is null ? parent : (parent ?? ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)).SetItems(own.Value);

    private static Healthcheck Healthcheck(OciHealthcheck own) =>
        new() { Test = own.Test, Interval = own.Interval, Timeout = own.Timeout, Retries = (int?)own.Retries };
}
