using Bistro.Builder.Images.Oci;
using Bistro.Model.Elements;

namespace Bistro.Builder.Images.Automatic;

/// <summary>Translates BuildStream's names of architectures into those of images, which are Go's.</summary>
internal static class ImagePlatform
{
    public static Platform Of(SandboxDeclaration sandbox) => sandbox.BuildArchitecture switch
    {
        "x86-64" => Create("amd64"),
        "x86-32" => Create("386"),
        "aarch64" => Create("arm64"),
        "aarch32" => Create("arm", "v7"),
        "la64v100" => Create("loong64"),
        "power-isa-be" => Create("ppc64"),
        "power-isa-le" => Create("ppc64le"),
        "rv64g" => Create("riscv64"),
        "sparc-v9" => Create("sparc64"),
        var other => Create(other),
    };

    private static Platform Create(string architecture, string? variant = null) =>
        new() { Os = "linux", Architecture = architecture, Variant = variant };
}
