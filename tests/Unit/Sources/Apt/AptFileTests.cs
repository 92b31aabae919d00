using Bistro.Builder.Sources.Apt;

namespace Bistro.Unit.Sources.Apt;

public sealed class AptFileTests
{
    private static readonly string Hash = new('a', 64);

    [Fact]
    public void A_package_has_its_version_with_the_epoch()
    {
        var file = Assert.Single(AptFile.Parse($"Reading package lists...\n'http://mirror.example/zlib1g_1.2_amd64.deb' zlib1g_1%3a1.2+dfsg-1_amd64.deb 123 SHA256:{Hash}\n"));
        Assert.Equal(("zlib1g", "1:1.2+dfsg-1"), (file.AsPackage()!.Name, file.AsPackage()!.Version));
        Assert.Null(file.AsTarball());
    }

    [Theory]
    [InlineData("hello_2.10.orig.tar.gz", "2.10")]
    [InlineData("help2man_1.49.3.tar.xz", "1.49.3")]
    [InlineData("libreoffice_7.4.7.orig-dictionaries.tar.xz", null)]
    [InlineData("hello_2.10-3.debian.tar.xz", null)]
    [InlineData("hello_2.10-3.dsc", null)]
    [InlineData("hello_2.10.orig.tar.gz.asc", null)]
    public void The_main_tarball_of_a_source_package_is_known_by_its_name(string name, string? version) =>
        Assert.Equal(version, Assert.Single(AptFile.Parse($"'http://mirror.example/x' {name} 1 SHA256:{Hash}")).AsTarball()?.Version);
}
