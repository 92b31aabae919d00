using Bistro.Registry.Auth;
using Bistro.Registry.Distribution;

namespace Bistro.Unit.Auth;

public sealed class RepositoryPatternTests
{
    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("a/*", "a/b")]
    [InlineData("*/b", "a/b")]
    [InlineData("a*", "abc")]
    [InlineData("a/*-x", "a/b-x")]
    [InlineData("**", "a/b/c")]
    [InlineData("a/**", "a/b/c")]
    [InlineData("**/c", "a/b/c")]
    [InlineData("**/a*", "x/ab/ac")]
    [InlineData("*", "a")]
    public void Pattern_names_the_repository(string pattern, string repository) =>
        Assert.True(new RepositoryPattern(pattern).Matches(RepositoryName.Parse(repository)));

    [Theory]
    [InlineData("a/b", "a/bc")]
    [InlineData("a", "a/b")]
    [InlineData("*", "a/b")]
    [InlineData("a/*", "a/b/c")]
    [InlineData("a/**", "ab/c")]
    [InlineData("", "a")]
    public void Pattern_does_not_name_the_repository(string pattern, string repository) =>
        Assert.False(new RepositoryPattern(pattern).Matches(RepositoryName.Parse(repository)));
}
