namespace Bistro.Model.Machines;

/// <summary>Names of processor architectures: the many that are in use, and the one that BuildStream keeps for each.</summary>
public static class Architecture
{
    /// <summary>The canonical name (<c>x86-64</c> for <c>amd64</c> or <c>X86_64</c>), or null where it is unknown.</summary>
    public static string? Canonical(string name) => name.Replace('_', '-').ToLowerInvariant() switch
    {
        "x86-64" or "amd64" => "x86-64",
        "x86-32" or "i386" or "i486" or "i586" or "i686" => "x86-32",
        "aarch64" or "armv8l" => "aarch64",
        "aarch64-be" or "armv8b" => "aarch64-be",
        "aarch32" or "arm" => "aarch32",
        "la64v100" or "loong64" or "loongarch64" => "la64v100",
        "power-isa-be" or "powerpc" or "powerpc64" or "ppc64" => "power-isa-be",
        "power-isa-le" or "powerpc64le" or "ppc64le" => "power-isa-le",
        "rv32g" or "riscv32" => "rv32g",
        "rv64g" or "riscv64" => "rv64g",
        "sparc-v9" or "sparc" or "sparc64" or "sun4v" => "sparc-v9",
        _ => null,
    };
}
