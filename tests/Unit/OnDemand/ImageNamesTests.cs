using System.Collections.Immutable;
using Bistro.Registry.Configuration;
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
    public void The_images_map_alone_decides_where_it_has_the_name() =>
        Assert.Equal(["oci/base-image.bst"], ImageNames.Candidates(Project, "base", _ => false));

    [Fact]
    public void An_element_path_comes_before_the_search_list() =>
        Assert.Equal(
            ["hello.bst", "oci/hello.bst", "oci/hello-oci.bst", "images/hello.bst", "components/hello.bst"],
            ImageNames.Candidates(Project, "hello", _ => false));

    [Fact]
    public void A_component_may_be_a_junction() =>
        Assert.Equal(
            ["sdk/oci/platform.bst", "sdk.bst:oci/platform.bst", "sdk.bst:oci.bst:platform.bst", "sdk/oci.bst:platform.bst"],
            ImageNames.Candidates(Project, "sdk/oci/platform", _ => true).Take(4));

    [Fact]
    public void A_name_goes_on_only_behind_a_junction_that_is_there()
    {
        var asked = 0;
        var image = string.Join('/', Enumerable.Repeat("a", 120));
        _ = ImageNames.Candidates(Project, image, _ => ++asked < 0).Count();
        Assert.Equal(119, asked);
    }
}
