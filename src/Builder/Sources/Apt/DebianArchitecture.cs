using System.Collections.Frozen;
using System.Runtime.InteropServices;

namespace Bistro.Builder.Sources.Apt;

/// <summary>Debian's names of architectures.</summary>
internal static class DebianArchitecture
{
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["x86_64"] = "amd64",
        ["x86-64"] = "amd64",
        ["aarch64"] = "arm64",
        ["x86_32"] = "i386",
        ["x86-32"] = "i386",
        ["i686"] = "i386",
        ["aarch32"] = "armhf",
        ["arm"] = "armhf",
        ["armv7l"] = "armhf",
        ["ppc64le"] = "ppc64el",
        ["power-isa-le"] = "ppc64el",
        ["rv64gc"] = "riscv64",
        ["loongarch64"] = "loong64",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The architecture that Bistro runs on.</summary>
    public static string OfMachine => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.X86 => "i386",
        Architecture.Arm64 => "arm64",
        Architecture.Arm => "armhf",
        Architecture.Ppc64le => "ppc64el",
        Architecture.LoongArch64 => "loong64",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>Debian's name for one of BuildStream's or the kernel's; any other is taken as Debian's own.</summary>
    public static string NameOf(string architecture) => Names.GetValueOrDefault(architecture, architecture);
}
