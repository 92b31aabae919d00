using Bistro.Builder.Sources.Kinds;
using Bistro.Model.Errors;

namespace Bistro.Unit.Sources;

public sealed class AptKindTests
{
    private static readonly string Hash = new('a', 64);

    [Theory]
    [InlineData("suite: bookworm", "either 'packages' or 'source-package'")]
    [InlineData("suite: bookworm, packages: [a], source-package: b", "either 'packages' or 'source-package'")]
    [InlineData("suite: bookworm, source-package: b, without: [a]", "'without' goes with 'packages'")]
    [InlineData("suite: 'bookworm main', packages: [a]", "'bookworm main' is not a valid Debian name")]
    [InlineData("suite: '-oDir=/', packages: [a]", "'-oDir=/' is not a valid Debian name")]
    [InlineData("suite: bookworm, packages: ['--help']", "'--help' is not a valid Debian name")]
    [InlineData("suite: bookworm, packages: [a/b]", "'a/b' is not a valid Debian name")]
    [InlineData("suite: bookworm, packages: [a], url: \"http://x\\nSuites: y\"", "is not the address of an archive")]
    [InlineData("suite: bookworm, packages: [a], ref: [{name: a, version: 1, sha256: xyz}]", "'xyz' is no SHA-256")]
    [InlineData("suite: bookworm, packages: [a], ref: [{name: ../a, version: 1, sha256: x}]", "'../a' is not a package name")]
    [InlineData("suite: bookworm, packages: [a], ref: [{name: a, version: '1 2', sha256: x}]", "'1 2' is no version of a package")]
    public void A_wrong_member_is_named_with_its_place(string members, string message)
    {
        var failure = Assert.Throws<LoadException>(() => SourceFixture.Configure($"{{kind: apt, {members}}}"));
        Assert.Contains(message, failure.Message);
        Assert.StartsWith("elements/test.bst:1:", failure.Message);
    }

    [Fact]
    public void The_key_says_what_is_laid_out_and_not_where_it_comes_from()
    {
        var pinned = $"ref: [{{name: a, version: '1', sha256: {Hash}}}]";
        var key = Key($"suite: bookworm, packages: [a], {pinned}");
        Assert.Equal(key, Key($"suite: trixie, packages: [a, b], url: 'http://mirror.example/debian', {pinned}"));
        Assert.NotEqual(key, Key($"suite: bookworm, packages: [a], without: [b], {pinned}"));
        Assert.NotEqual(key, Key($"suite: bookworm, source-package: a, {pinned}"));
    }

    [Fact]
    public void BuildStream_names_of_architectures_are_understood()
    {
        var configuration = (AptConfiguration)SourceFixture.Configure("{kind: apt, suite: bookworm, architecture: aarch64, packages: [a]}").Configuration;
        Assert.Equal("arm64", configuration.Architecture);
        Assert.False(configuration.IsResolved);
    }

    private static string Key(string members) => SourceFixture.Configure($"{{kind: apt, {members}}}").Configuration.UniqueKey.Hash().Hex;
}
