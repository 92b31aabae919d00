using System.Runtime.InteropServices;

namespace Bistro.Model.Machines;

/// <summary>The machine that builds.</summary>
/// <param name="Architecture">BuildStream's name: <c>x86-64</c>.</param>
/// <param name="OperatingSystem">As printed by <c>uname</c>: <c>Linux</c>.</param>
public sealed record HostMachine(string Architecture, string OperatingSystem)
{
    public static HostMachine Current { get; } = new(
        RuntimeInformation.OSArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => "x86-64",
            System.Runtime.InteropServices.Architecture.X86 => "x86-32",
            System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
            System.Runtime.InteropServices.Architecture.Arm => "aarch32",
            System.Runtime.InteropServices.Architecture.Ppc64le => "power-isa-le",
            System.Runtime.InteropServices.Architecture.RiscV64 => "rv64g",
            System.Runtime.InteropServices.Architecture.LoongArch64 => "la64v100",
            var other => Machines.Architecture.Canonical(other.ToString()) ?? other.ToString(),
        },
        "Linux");
}
