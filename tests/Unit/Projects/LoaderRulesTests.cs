using Bistro.Model.Errors;

namespace Bistro.Unit.Projects;

/// <summary>Rules that hold for a whole project, each as BuildStream was seen to keep it.</summary>
public sealed class LoaderRulesTests : IDisposable
{
    private const string Top = "name: top\nmin-version: 2.0\n";

    private readonly LittleProjects _projects = new();

    public void Dispose() => _projects.Dispose();

    [Fact]
    public async Task A_condition_at_the_root_of_an_element_may_say_its_kind()
    {
        _projects.With("project.conf", $"{Top}options: {{x: {{type: bool, description: d, default: True}}}}\n")
            .With("a.bst", "kind: manual\n(?):\n- x: {kind: stack}\n");

        Assert.Equal("stack", (await _projects.LoadAsync("a.bst")).Kind.Name);
    }

    [Fact]
    public async Task The_name_of_the_element_is_no_variable_of_the_project()
    {
        _projects.With("project.conf", $"{Top}variables: {{element-name: x}}\n").With("a.bst", "kind: manual\n");

        var mistake = await Assert.ThrowsAsync<LoadException>(() => _projects.LoadAsync("a.bst"));

        Assert.Equal(LoadErrorReason.ProtectedVariableRedefined, Assert.Single(mistake.Errors).Reason);
        Assert.StartsWith("project.conf:3:27: ", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("elements", "element")]
    [InlineData("sources", "source")]
    public async Task A_kind_that_two_origins_declare_is_a_mistake(string list, string type)
    {
        _projects.With("project.conf", $"{Top}plugins:\n- {{origin: local, path: p, {list}: [x]}}\n- {{origin: local, path: q, {list}: [x]}}\n")
            .With("a.bst", "kind: manual\n");

        var mistake = await Assert.ThrowsAsync<LoadException>(() => _projects.LoadAsync("a.bst"));

        Assert.StartsWith($"project.conf:5:3: More than one {type} plugin registered as kind 'x'", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(@): \"x\\0.yml\"", "a.bst:2:6: ")]
    [InlineData("sources: [{kind: local, path: \"x\\0\"}]", "a.bst:2:31: ")]
    [InlineData("depends: [\"x\\0.bst\"]", "a.bst:2:11: ")]
    public async Task A_path_with_a_character_that_no_path_has_is_a_mistake(string content, string place)
    {
        _projects.With("project.conf", Top).With("a.bst", $"kind: manual\n{content}\n");

        var mistake = await Assert.ThrowsAsync<LoadException>(() => _projects.LoadAsync("a.bst"));

        Assert.StartsWith(place, mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kind_of_source_that_projects_cannot_use_is_reported_once()
    {
        _projects.With("project.conf", Top).With("a.bst", "kind: manual\nsources: [{kind: workspace}]\n");

        var mistake = await Assert.ThrowsAsync<LoadException>(() => _projects.LoadAsync("a.bst"));

        Assert.StartsWith("a.bst:2:18: ", Assert.Single(mistake.Errors).ToString(), StringComparison.Ordinal);
    }
}
