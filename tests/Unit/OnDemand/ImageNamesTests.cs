using System.Collections.Immutable;
using Bistro.Registry.OnDemand;

namespace Bistro.Unit.OnDemand;

public sealed class ImageNamesTests
{
    private static readonly ServedProject Project = new()
    {
        Name = "os",
        Path = "/os",
        Images = ImmutableDictionary<string, string>.Empty.Add("base", "oci/base-image.bst"),
    };

    [Fact]
    public async Task The_images_map_alone_decides_where_it_has_the_name() =>
        Assert.Equal(["oci/base-image.bst"], await CandidatesAsync("base", isJunction: false));

    [Fact]
    public async Task An_element_path_comes_before_the_search_list() =>
        Assert.Equal(
            ["hello.bst", "oci/hello.bst", "oci/hello-oci.bst", "images/hello.bst", "components/hello.bst"],
            await CandidatesAsync("hello", isJunction: false));

    [Fact]
    public async Task A_component_may_be_a_junction() =>
        Assert.Equal(
            ["sdk/oci/platform.bst", "sdk.bst:oci/platform.bst", "sdk.bst:oci.bst:platform.bst", "sdk/oci.bst:platform.bst"],
            (await CandidatesAsync("sdk/oci/platform", isJunction: true)).Take(4));

    [Fact]
    public async Task A_name_goes_on_only_behind_a_junction_that_is_there()
    {
        var asked = 0;
        var image = string.Join('/', Enumerable.Repeat("a", 120));
        await foreach (var _ in ImageNames.Candidates(Project, image, _ => ValueTask.FromResult(++asked < 0)))
        {
        }
        Assert.Equal(119, asked);
    }

    private static async Task<IReadOnlyList<string>> CandidatesAsync(string image, bool isJunction) =>
        await ImageNames.Candidates(Project, image, _ => ValueTask.FromResult(isJunction)).ToListAsync(TestContext.Current.CancellationToken);
}
