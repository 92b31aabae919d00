using System.Collections.Immutable;
using Bistro.Conformance.Projects;
using Bistro.Model.Loading;
using Bistro.Model.Projects;

namespace Bistro.Conformance.Sources;

/// <summary>The projects of <c>samples/</c> are whole: they load, and everything in them is pinned.</summary>
public sealed class SampleProjectTests
{
    [Theory]
    [InlineData("freedesktop-sdk")]
    [InlineData("greeter")]
    public async Task Every_element_of_a_sample_has_its_key(string name)
    {
        var samples = Path.Combine(Checkout.Root, "samples");
        var request = new LoadRequest
        {
            Directory = Path.Combine(samples, name),
            Junctions = ImmutableDictionary<string, string>.Empty.Add("freedesktop-sdk.bst", Path.Combine(samples, "freedesktop-sdk")),
        };
        var loaded = await new ProjectLoader(request, Corpus.Kinds).LoadAsync([], TestContext.Current.CancellationToken);
        Assert.NotEmpty(loaded.Targets);
        Assert.All(loaded.Targets, element => Assert.True(element.Keys.AreResolved, element.FullName));
        Assert.Empty(loaded.Warnings);
    }
}
