using Bistro.Model.Errors;

namespace Bistro.Unit.Projects;

public sealed class BrokenProjectTests : IDisposable
{
    private readonly LittleProjects _projects = new();

    public void Dispose() => _projects.Dispose();

    [Fact]
    public async Task What_is_wrong_for_every_target_is_reported_once()
    {
        _projects.With("project.conf", "name: little\nmin-version: 2.0\n").With("a.bst", "kind: stack\n").With("b.bst", "kind: stack\n");
        var loader = _projects.Loader(_projects.Request with { Options = [new("nope", "1")] });
        for (var time = 0; time < 2; time++)
        {
            var mistake = await Assert.ThrowsAsync<LoadException>(() => loader.LoadAsync(["a.bst", "b.bst"], TestContext.Current.CancellationToken));
            Assert.Equal("Unknown option 'nope' specified on the command line: the project declares none", Assert.Single(mistake.Errors).Message);
        }
    }
}
