using System.Collections.Immutable;
using System.Globalization;

namespace Bistro.Builder.Sandbox;

/// <summary>One resource limit of sandboxes (getrlimit(2)), the same on every machine; null is "unlimited".</summary>
/// <param name="Option">What prlimit(1) calls it.</param>
/// <param name="Name">What <c>/proc/PID/limits</c> calls it.</param>
/// <param name="Soft">The limit that applies.</param>
/// <param name="Hard">What a command may raise it to.</param>
internal sealed record ResourceLimit(string Option, string Name, long? Soft, long? Hard)
{
    /// <summary>The limits of every sandbox; systemd's defaults where it has any.</summary>
    public static ImmutableArray<ResourceLimit> Wanted { get; } =
    [
        new("as", "Max address space", null, null),
        new("core", "Max core file size", 0, 0),
        new("cpu", "Max cpu time", null, null),
        new("data", "Max data size", null, null),
        new("fsize", "Max file size", null, null),
        new("locks", "Max file locks", null, null),
        new("memlock", "Max locked memory", 8 << 20, 8 << 20),
        new("msgqueue", "Max msgqueue size", 819_200, 819_200),
        new("nice", "Max nice priority", 0, 0),
        new("nofile", "Max open files", 1024, 524_288),
        new("nproc", "Max processes", 16_384, 16_384),
        new("rss", "Max resident set", null, null),
        new("rtprio", "Max realtime priority", 0, 0),
        new("rttime", "Max realtime timeout", null, null),
        new("sigpending", "Max pending signals", 4096, 4096),
        new("stack", "Max stack size", 8 << 20, null),
    ];

    public string Argument => $"--{Option}={Text(Soft)}:{Text(Hard)}";

    /// <summary>The limits as far as a process without privileges may set them: not above its own hard limits.</summary>
    public static ImmutableArray<ResourceLimit> Allowed()
    {
        var own = OwnHardLimits();
        return [.. Wanted.Select(limit => limit with { Soft = Least(limit.Soft, own[limit.Name]), Hard = Least(limit.Hard, own[limit.Name]) })];
    }

    /// <summary>A sentence that names the limits that are lower than wanted.</summary>
    public static string Describe(ImmutableArray<ResourceLimit> allowed) => "The server's hard limits are lower than those of a sandbox: "
        + string.Join(", ", Wanted.Zip(allowed).Where(pair => pair.First != pair.Second).Select(pair => $"{pair.First.Option} {Text(pair.Second.Hard)} instead of {Text(pair.First.Hard)}")) + ".";

    // "Max open files            1024                 524288               files": names are 26 characters wide, numbers 21.
    private static Dictionary<string, long?> OwnHardLimits()
    {
        var own = Wanted.ToDictionary(limit => limit.Name, _ => (long?)null, StringComparer.Ordinal);
        foreach (var line in File.ReadLines("/proc/self/limits"))
        {
            if (line.Length > 47 && own.ContainsKey(line[..26].TrimEnd()))
                own[line[..26].TrimEnd()] = long.TryParse(line.AsSpan(47).Trim().ToString().Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hard) ? hard : null;
        }
        return own;
    }

    private static long? Least(long? left, long? right) => left is { } one && right is { } other ? Math.Min(one, other) : left ?? right;

    private static string Text(long? limit) => limit?.ToString(CultureInfo.InvariantCulture) ?? "unlimited";
}
