namespace Bistro.Unit;

/// <summary>The three rooms and their one direction: Registry -> Builder -> Model.</summary>
public sealed class ArchitectureTests
{
    [Fact]
    public void Model_knows_neither_Builder_nor_Registry()
    {
        var names = References(typeof(Bistro.Model.Content.Digest));
        Assert.DoesNotContain("Bistro.Builder", names);
        Assert.DoesNotContain("bistro", names);
    }

    [Fact]
    public void Model_opens_no_socket_and_starts_no_process()
    {
        var names = References(typeof(Bistro.Model.Content.Digest));
        Assert.DoesNotContain(names, name => name.StartsWith("System.Net", StringComparison.Ordinal));
        Assert.DoesNotContain("System.Diagnostics.Process", names);
    }

    [Fact]
    public void Builder_knows_no_Registry_and_serves_no_HTTP()
    {
        var names = References(typeof(Bistro.Builder.Content.IContentStore));
        Assert.DoesNotContain("bistro", names);
        Assert.DoesNotContain(names, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    private static string[] References(Type type) =>
        [.. type.Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!)];
}
