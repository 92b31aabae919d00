using Bistro.Model.Elements;
using Bistro.Unit.Yaml;

namespace Bistro.Unit.Elements;

/// <summary>Verdicts of BuildStream 2.8 on entries of <c>depends</c>.</summary>
public sealed class DependencyDeclarationTests
{
    [Theory]
    [InlineData("{a: b}", "1:11", "Dictionary did not contain expected key 'filename'")]
    [InlineData("{type: wrong}", "1:11", "Dictionary did not contain expected key 'filename'")]
    [InlineData("{filename: a.bst, b: c}", "1:32", "Unexpected key: b")]
    [InlineData("{filename: {a: b}, c: d}", "1:22", "Value of 'filename' is not one of the following: list, scalar")]
    public void The_first_mistake_is_reported(string entry, string place, string reason)
    {
        var error = TestYaml.FailureOf(() => DependencyDeclaration.Read(TestYaml.Read($"depends: [{entry}]")));
        Assert.Equal($"x.yml:{place}: {reason}", error.ToString());
    }

    [Fact]
    public void An_entry_that_names_nothing_is_nothing_whatever_else_it_says() =>
        Assert.Empty(DependencyDeclaration.Read(TestYaml.Read("depends: [{filename: [], type: wrong}]")));
}
