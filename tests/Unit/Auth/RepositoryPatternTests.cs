using Bistro.Registry.Auth;
using Bistro.Registry.Names;

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

    [Fact]
    public void Pattern_of_many_stars_costs_no_more_than_its_length() =>
        Assert.False(new RepositoryPattern(string.Concat(Enumerable.Repeat("**a", 40)) + "b").Matches(RepositoryName.Parse(new string('a', 255))));

    [Theory]
    [InlineData("**", true)]
    [InlineData("a/*", true)]
    [InlineData("*-x/**", true)]
    [InlineData("A/*", false)]
    [InlineData("/a", false)]
    [InlineData("a b", false)]
    [InlineData("", false)]
    public void Pattern_that_names_nothing_is_none(string pattern, bool isValid) => Assert.Equal(isValid, RepositoryPattern.IsValid(pattern));
}
