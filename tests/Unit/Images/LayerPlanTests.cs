using Bistro.Builder.Images.Automatic;
using Bistro.Model.Elements;

namespace Bistro.Unit.Images;

public sealed class LayerPlanTests : IDisposable
{
    private readonly ImageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Few_elements_have_a_layer_each_in_staging_order()
    {
        var libc = await ElementAsync("libc.bst");
        var tool = await ElementAsync("tool.bst", libc);
        var stack = await ElementAsync("stack.bst", libc, tool);
        var app = await ElementAsync("app.bst", stack);

        Assert.Equal(["test:libc.bst", "test:tool.bst", "test:app.bst"], Names([libc, tool, stack, app], [10, 20, 0, 5]));
    }

    [Fact]
    public async Task The_elements_own_layer_is_there_even_when_it_holds_nothing()
    {
        var libc = await ElementAsync("libc.bst");

        Assert.Equal(["test:libc.bst", "test:stack.bst"], Names([libc, await ElementAsync("stack.bst", libc)], [10, 0]));
    }

    [Fact]
    public async Task Of_many_elements_the_large_that_much_stands_on_keep_their_own_layers()
    {
        var libc = await ElementAsync("libc.bst");
        var small = new List<Element>();
        for (var i = 0; i < LayerPlan.MaxLayers; i++)
            small.Add(await ElementAsync($"small{i:00}.bst", libc));
        var app = await ElementAsync("app.bst", [.. small]);
        List<Element> closure = [libc, .. small, app];

        // Nothing but the application stands on each of them, so their sizes decide.
        var names = Names(closure, [1_000, .. small.Select((_, index) => 10L + index), 5]);

        Assert.Equal(LayerPlan.MaxLayers, names.Length);
        Assert.Equal("test:libc.bst", names[0]);
        Assert.Equal("test:small03.bst", names[1]);
        Assert.Equal(["3 elements that app.bst needs", "test:app.bst"], names[^2..]);
    }

    private static string[] Names(List<Element> closure, List<long> sizes) => [.. LayerPlan.Create(closure, sizes).Select(group => group.Name)];

    private Task<Element> ElementAsync(string name, params Element[] needs) => _fixture.ElementAsync(name, [], needs);
}
