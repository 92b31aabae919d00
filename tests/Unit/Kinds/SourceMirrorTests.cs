using Bistro.Builder.Sources.Mirrors;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Unit.Kinds;

/// <summary>Where mirrors have what an alias names.</summary>
public sealed class SourceMirrorTests
{
    [Theory]
    [InlineData("default", "{aliases: {gh: ['https://m.example/', 'https://n.example/']}}", "https://m.example/a/b https://n.example/a/b")]
    [InlineData("default", "{aliases: {other: ['https://m.example/']}}", "")]
    [InlineData("simple_mirror", "{url: 'https://m.example/{alias}', aliases: [gh]}", "https://m.example/gh/a/b")]
    [InlineData("simple_mirror", "{url: 'https://m.example/', aliases: [other]}", "")]
    [InlineData("gitlab_lfs_mirror", "{url: 'https://m.example/', project: 'lfs/{alias}', aliases: [gh]}",
        "https://m.example/api/v4/projects/lfs%2Fgh/repository/files/a%2Fb/raw?ref=master&lfs=true")]
    public void A_mirror_locates_what_it_serves(string kind, string config, string expected)
    {
        var mirror = SourceMirrorKinds.All.Single(candidate => candidate.Name == kind)
            .Configure(YamlReader.Read(new SourceFile("project.conf", null), config));
        Assert.Equal(expected, string.Join(' ', mirror.Locate("gh", "a/b").Select(url => url.Url)));
    }

    [Fact]
    public void GitLab_wants_a_bearer_token()
    {
        var mirror = new GitlabLfsMirror("https://m.example", "p", "main", ["gh"]);
        Assert.True(Assert.Single(mirror.Locate("gh", "a")) is { UsesBearer: true });
    }
}
