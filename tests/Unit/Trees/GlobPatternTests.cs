using Bistro.Builder.Trees;

namespace Bistro.Unit.Trees;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("*", "a", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("**", "a/b", true)]
    [InlineData("/usr/**/*.so", "usr/lib/x/y.so", true)]
    [InlineData("usr/*.so", "/usr/y.so", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("[abc]", "b", true)]
    [InlineData("[!abc]", "b", false)]
    [InlineData("[^a]", "^", true)]
    [InlineData("[]]", "]", true)]
    [InlineData("[!]]", "]", false)]
    [InlineData("[a-c]", "b", true)]
    [InlineData("[a-z-[b]]", "b]", true)]
    [InlineData("[", "[", true)]
    [InlineData("[]", "[]", true)]
    [InlineData("[!", "[!", true)]
    [InlineData("a.c", "abc", false)]
    [InlineData("a+\\(b", "a+\\(b", true)]
    [InlineData("", "", true)]
    [InlineData("a", "a\n", false)]
    public void Pattern_matches_as_in_BuildStream(string pattern, string path, bool matches) =>
        Assert.Equal(matches, new GlobPattern(pattern).Matches(path));
}
