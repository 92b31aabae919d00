using Bistro.Builder.Sources;
using Bistro.Builder.Sources.Kinds;
using Bistro.Model.Errors;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Unit.Kinds;

/// <summary>What sources report of themselves: the version that a person would call it, above all.</summary>
public sealed class SourceInfoTests
{
    private const string Commit = "4444444444444444444444444444444444444444";

    [Theory]
    [InlineData("{}", "v1.2.3", "1.2.3")]
    [InlineData("{}", "pool/d_1.0-1_amd64.deb", "1.0")]
    [InlineData("{}", "1.0/name-2.3.4.tar", "2.3.4")]
    [InlineData("{}", "no-version", null)]
    [InlineData("{version: 9}", "v1.2.3", "9")]
    [InlineData("{version: ''}", "v1.2.3", "")]
    [InlineData(@"{version-guess-pattern: 'v\d+'}", "v1.2.3", "v1")]
    [InlineData(@"{version-guess-pattern: '(?P<a>\d+)_(\d+)(?:_(\d+))?'}", "V_1_2_3", "1.2.3")]
    public void A_version_is_given_or_guessed(string members, string text, string? expected) =>
        Assert.Equal(expected, VersionHint.Read(YamlReader.Read(new SourceFile("t", null), members)).Guess(text));

    [Fact]
    public void A_described_commit_reports_its_tag_and_offset()
    {
        var info = Info("git_repo", $"{{url: a:g, ref: release-2.0-14-g{Commit}}}");
        Assert.Equal((Commit, "2.0", "https://a.example/g"), (info.Version, info.VersionGuess, info.Url));
        Assert.Equal([new("tag-name", "release-2.0"), new("commit-offset", "14")], info.ExtraData);
    }

    [Fact]
    public void A_plain_commit_has_no_version_to_guess()
    {
        var info = Info("git_repo", $"{{url: a:g, ref: {Commit}}}");
        Assert.Null(info.VersionGuess);
        Assert.Empty(info.ExtraData);
    }

    [Fact]
    public void Git_of_the_plugins_package_reports_the_url_as_written_and_no_zero_offset()
    {
        var info = Info("git", $"{{url: a:g, ref: v1.2-0-g{Commit}}}");
        Assert.Equal(("a:g", "1.2"), (info.Url, info.VersionGuess));
        Assert.Empty(info.ExtraData);
    }

    [Fact]
    public void A_file_that_was_never_tracked_reports_the_version_None() =>
        Assert.Equal("None", Info("remote", "{url: a:c}").Version);

    [Fact]
    public void A_registry_gets_a_slash_between_itself_and_the_crate() =>
        Assert.Equal("https://a.example/crates/n/n-1.0.crate", Info("cargo2", "{url: a:crates, ref: [{name: n, version: 1.0, sha: x}]}").Url);

    private static SourceInfo Info(string kind, string members) =>
        Assert.Single(SourceKinds.All.Last(candidate => candidate.Name == kind).Configure(Drafts.Source(members)).Info);
}
