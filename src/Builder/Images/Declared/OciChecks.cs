using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Bistro.Builder.Images.Layouts;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Images.Declared;

/// <summary>Checks values of the <c>oci</c> kind that clients would refuse or misunderstand. Each mistake has the place of its value.</summary>
internal sealed partial class OciChecks
{
    private const int MaxSignal = 64;

    // GOARCH of `go tool dist list`, and those that Go reserves.
    private static readonly HashSet<string> Architectures = new(StringComparer.Ordinal)
    {
        "386", "amd64", "amd64p32", "arm", "arm64", "arm64be", "armbe", "loong64", "mips", "mips64", "mips64le", "mips64p32", "mips64p32le",
        "mipsle", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm",
    };

    // The names of the kernel, Debian and BuildStream.
    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["x86_64"] = "amd64",
        ["x86-64"] = "amd64",
        ["x64"] = "amd64",
        ["i386"] = "386",
        ["i486"] = "386",
        ["i586"] = "386",
        ["i686"] = "386",
        ["x86"] = "386",
        ["x86-32"] = "386",
        ["x86_32"] = "386",
        ["aarch64"] = "arm64",
        ["armv8"] = "arm64",
        ["arm64v8"] = "arm64",
        ["armv6l"] = "arm",
        ["armv7l"] = "arm",
        ["armv7"] = "arm",
        ["armhf"] = "arm",
        ["armel"] = "arm",
        ["aarch32"] = "arm",
        ["powerpc64"] = "ppc64",
        ["power-isa-be"] = "ppc64",
        ["powerpc64le"] = "ppc64le",
        ["ppc64el"] = "ppc64le",
        ["power-isa-le"] = "ppc64le",
        ["rv64"] = "riscv64",
        ["rv64g"] = "riscv64",
        ["rv64gc"] = "riscv64",
        ["loongarch64"] = "loong64",
        ["la64v100"] = "loong64",
        ["mipsel"] = "mipsle",
        ["mips64el"] = "mips64le",
        ["sparc-v9"] = "sparc64",
    };

    private static readonly HashSet<string> Signals = new(StringComparer.Ordinal)
    {
        "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT",
        "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
    };

    private readonly LoadErrors _errors = new();

    public void ThrowIfAny() => _errors.ThrowIfAny();

    public void Add(Node node, string message) => _errors.Add(LoadErrorReason.InvalidData, node.Provenance, message);

    public void Platform(MappingNode image)
    {
        if (image.RequiredScalar("os") is var os && os.Value.Length == 0)
            Add(os, "'os' must not be empty: write 'linux'");
        else if (os.Value.Any(char.IsAsciiLetterUpper))
            Add(os, $"'os' must be in lower case: write '{os.Value.ToLowerInvariant()}'");
        var architecture = image.RequiredScalar("architecture");
        var name = architecture.Value;
        if (Architectures.Contains(name))
            return;
        Add(architecture,
            name.Length == 0 ? "'architecture' must not be empty: write the name that Go has for it, such as 'amd64' or 'arm64'"
            : OtherNames.TryGetValue(name, out var known) ? $"'architecture' must be Go's name: write '{known}', not '{name}'"
            : $"'architecture' must be a name that Go has, such as 'amd64', 'arm64' or 'riscv64', not '{name}'");
    }

    public void Config(MappingNode config)
    {
        foreach (var variable in Scalars(config, "Env"))
        {
            if (variable.Value.IndexOf('=', StringComparison.Ordinal) <= 0)
                Add(variable, $"'Env' holds NAME=value, not '{variable.Value}'");
        }
        foreach (var port in Scalars(config, "ExposedPorts"))
        {
            if (!IsPort(port.Value))
                Add(port, $"'ExposedPorts' holds PORT or PORT/tcp, PORT/udp, PORT/sctp with a port between 1 and 65535, not '{port.Value}'");
        }
        foreach (var volume in Scalars(config, "Volumes"))
        {
            if (!volume.Value.StartsWith('/'))
                Add(volume, $"'Volumes' holds absolute paths, such as '/{volume.Value}'");
        }
        if (config.Scalar("WorkingDir") is { Value.Length: > 0 } directory && !directory.Value.StartsWith('/'))
            Add(directory, $"'WorkingDir' must be absolute, such as '/{directory.Value}'");
        if (config.Scalar("StopSignal") is { } signal && !IsSignal(signal.Value))
        {
            Add(signal, Signals.Contains(signal.Value.ToUpperInvariant())
                ? $"'StopSignal' must be the full name: write 'SIG{signal.Value.ToUpperInvariant()}'"
                : $"'StopSignal' must be the name of a signal, such as SIGTERM or SIGRTMIN+3, or its number, not '{signal.Value}'");
        }
    }

    public void Tags(MappingNode image)
    {
        foreach (var tag in Scalars(image, "tags"))
        {
            if (ImageName.Normalize(tag.Value) is null)
                Add(tag, $"'{tag.Value}' is not a name that clients load: write [HOST[:PORT]/]NAME[:TAG] with lower-case components of letters and digits, which '.', '_', '__' or '-' may join");
        }
    }

    public void NoAnnotations(MappingNode owner)
    {
        if (owner["annotations"] is { } annotations)
            Add(annotations, "'annotations' cannot be in an archive of 'mode: docker'. Write them in 'mode: oci', or leave them out");
    }

    private static bool IsPort(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var number = slash < 0 ? text : text[..slash];
        return ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            && (slash < 0 || text[(slash + 1)..] is "tcp" or "udp" or "sctp");
    }

    private static bool IsSignal(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number is > 0 and <= MaxSignal
            : text.StartsWith("SIG", StringComparison.Ordinal) && (Signals.Contains(text[3..]) || RealTime().IsMatch(text));

    private static ImmutableArray<ScalarNode> Scalars(MappingNode mapping, string key) =>
        mapping.OptionalSequence(key) is { } list ? list.Scalars() : [];

    [GeneratedRegex(@"\ASIGRT(MIN|MAX|MIN\+([1-9]|1[0-5])|MAX-([1-9]|1[0-4]))\z")]
    private static partial Regex RealTime();
}
