using Bistro.Model.Errors;

namespace Bistro.Unit.Projects;

/// <summary>What a source may say of where it comes from: what its project declares, as BuildStream was seen to keep it.</summary>
public sealed class SourceProvenanceTests : IDisposable
{
    private const string Top = "name: top\nmin-version: 2.0\n";
    private const string License = "source-provenance-attributes: {license: what it may be used for}\n";

    private readonly LittleProjects _projects = new();

    public SourceProvenanceTests() => _projects
        .With("files/motd", "")
        .With("license.yml", License)
        .With("sub/project.conf", "name: sub\nmin-version: 2.0\n")
        .With("sub/more.yml", "variables: {x: y}\n");

    public void Dispose() => _projects.Dispose();

    [Theory]
    [InlineData("", "homepage")]
    [InlineData(License, "license")]
    [InlineData("(@): license.yml\n", "license")]
    public async Task What_the_project_declares_may_be_said(string declared, string attribute)
    {
        WithSource($"{Top}{declared}", attribute);

        Assert.Equal("a.bst", (await _projects.LoadAsync("a.bst")).Name);
    }

    [Theory]
    [InlineData("", "license")]
    [InlineData(License, "homepage")]
    [InlineData("(@): license.yml\n", "homepage")]
    [InlineData("source-provenance-attributes: {}\n", "homepage")]
    public async Task All_else_is_a_mistake(string declared, string attribute)
    {
        WithSource($"{Top}{declared}", attribute);

        var mistake = Assert.Single((await Assert.ThrowsAsync<LoadException>(() => _projects.LoadAsync("a.bst"))).Errors);

        Assert.Equal(LoadErrorReason.UndefinedSourceProvenanceAttribute, mistake.Reason);
        Assert.StartsWith($"a.bst:6:{"    : ".Length + attribute.Length + 1}: Unexpected key: {attribute}: ", mistake.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(@): j.bst:more.yml\n", "a.bst")]
    [InlineData("", "j.bst")]
    public async Task A_junction_is_judged_once_project_conf_is_read_whole(string included, string target)
    {
        _projects.With("project.conf", $"{Top}{included}")
            .With("j.bst", "kind: junction\nsources: [{kind: local, path: sub, provenance: {license: x}}]\n")
            .With("a.bst", "kind: manual\n");

        var mistake = Assert.Single((await Assert.ThrowsAsync<LoadException>(() => _projects.LoadAsync(target))).Errors);

        Assert.StartsWith("j.bst:2:58: Unexpected key: license: ", mistake.ToString(), StringComparison.Ordinal);
    }

    private void WithSource(string configuration, string attribute) => _projects.With("project.conf", configuration)
        .With("a.bst", $"kind: import\nsources:\n- kind: local\n  path: files\n  provenance:\n    {attribute}: x\n");
}
