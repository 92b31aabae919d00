using Bistro.Builder.Sources.Apt;

namespace Bistro.Unit.Sources.Apt;

public sealed class MachineArchiveTests
{
    private const string Stanzas = """
        # The system.
        Types: deb deb-src
        URIs: http://mirror.example/debian
        Suites: bookworm bookworm-updates
        Components: main contrib
        Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

        Types: deb
        URIs: http://security.example/debian-security
        Suites: bookworm-security
        Components: main

        Enabled: no
        Types: deb
        URIs: http://off.example/debian
        Suites: trixie
        Components: main
        """;

    [Theory]
    [InlineData("bookworm", "http://mirror.example/debian")]
    [InlineData("bookworm-security", "http://security.example/debian-security")]
    public void The_archive_that_has_the_suite_is_taken(string suite, string url) =>
        Assert.Equal(url, MachineArchive.Find(suite, AptEntry.ParseStanzas(Stanzas), "bookworm"));

    [Fact]
    public void Another_suite_is_looked_for_where_the_machine_has_its_own() =>
        Assert.Equal("http://mirror.example/debian", MachineArchive.Find("trixie", AptEntry.ParseStanzas(Stanzas), "bookworm"));

    [Fact]
    public void A_vendor_that_uses_the_name_of_the_suite_is_not_taken_for_Debian()
    {
        var entries = AptEntry.ParseLines("""
            deb [arch=amd64 signed-by=/etc/apt/keyrings/vendor.gpg] https://vendor.example/linux bookworm main
            deb http://mirror.example/debian/ bookworm main # the system
            """);
        Assert.Equal("http://mirror.example/debian/", MachineArchive.Find("bookworm", entries, "bookworm"));
    }

    [Fact]
    public void Without_any_archive_there_is_none() =>
        Assert.Null(MachineArchive.Find("bookworm", AptEntry.ParseLines("# deb http://mirror.example/debian bookworm main\ndeb-src http://mirror.example/debian bookworm main"), null));

    [Fact]
    public void An_entry_of_one_line_has_options_suite_and_components()
    {
        var entry = Assert.Single(AptEntry.ParseLines("deb [ arch=amd64 signed-by=/k.gpg ] http://a.example/debian bookworm main contrib # x"));
        Assert.Equal("http://a.example/debian", entry.Url);
        Assert.Equal("/k.gpg", entry.Keyring);
        Assert.Equal(["bookworm"], entry.Suites);
        Assert.Equal(["main", "contrib"], entry.Components);
    }
}
