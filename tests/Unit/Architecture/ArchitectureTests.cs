namespace Bistro.Unit.Architecture;

/// <summary>The three projects depend on each other in one direction, Registry -> Builder -> Model, and so do the folders of each project.</summary>
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

    [Fact]
    public void A_cycle_between_folders_is_found_and_names_its_types()
    {
        var cycle = CompiledTypes.ReadFolders(typeof(ArchitectureTests).Assembly.Location, "Bistro.Unit.Architecture").DescribeCycle();
        Assert.Equal(
            """
            The folders form a cycle: PlantedLeft -> PlantedRight -> PlantedLeft
              PlantedLeft -> PlantedRight:
                LeftHalf -> RightHalf
              PlantedRight -> PlantedLeft:
                RightHalf -> LeftHalf
            """,
            cycle);
    }

    /// <summary>One row for each project: its root namespace and its assembly.</summary>
    public static TheoryData<string, string> Projects => new()
    {
        { "Bistro.Model", "Bistro.Model.dll" },
        { "Bistro.Builder", "Bistro.Builder.dll" },
        { "Bistro.Registry", "bistro.dll" },
    };

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_of_a_project_form_no_cycle(string root, string assembly)
    {
        var cycle = CompiledTypes.ReadFolders(Path.Combine(AppContext.BaseDirectory, assembly), root).DescribeCycle();
        Assert.True(cycle is null, cycle);
    }

    private static string[] References(Type type) =>
        [.. type.Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!)];
}
