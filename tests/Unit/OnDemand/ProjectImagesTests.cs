using System.Collections.Immutable;
using Bistro.Builder.Errors;
using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Kinds;
using Bistro.Builder.Sources.Mirrors;
using Bistro.Model.Elements;
using Bistro.Model.Loading;
using Bistro.Registry.OnDemand;
using Bistro.Unit.Projects;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bistro.Unit.OnDemand;

/// <summary>What a served project's names stand for while its files change, its mistakes come and go, and its junctions are away.</summary>
public sealed class ProjectImagesTests : IDisposable
{
    private readonly LittleProjects _projects = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Remote _remote = new();
    private readonly LinesOfLog _log = new();
    private readonly List<ProjectImages> _opened = [];

    public ProjectImagesTests() => _projects.With("project.conf", "name: top\nmin-version: 2.0\n").With("app.bst", "kind: manual\n");

    public void Dispose()
    {
        _opened.ForEach(images => images.Dispose());
        _projects.Dispose();
    }

    [Fact]
    public async Task A_change_holds_for_the_next_lookup()
    {
        var images = Open();
        var before = await FoundAsync(images, "app");
        Assert.Same(before, await FoundAsync(images, "app"));
        _projects.With("app.bst", "kind: manual\nvariables: {changed: yes}\n");
        Assert.Equal("yes", LittleProjects.Variable(await FoundAsync(images, "app"), "changed"));
    }

    [Fact]
    public async Task A_project_that_is_replaced_as_a_whole_holds_for_the_next_lookup()
    {
        var images = Open();
        await FoundAsync(images, "app");
        Directory.Move(_projects.Directory, _projects.Folder("old"));
        Assert.IsType<ImageLookup.Broken>(await images.FindAsync("app"));
        _projects.With("project.conf", "name: top\nmin-version: 2.0\n").With("app.bst", "kind: manual\nvariables: {changed: yes}\n");
        Assert.Equal("yes", LittleProjects.Variable(await FoundAsync(images, "app"), "changed"));
    }

    [Fact]
    public async Task A_mistake_without_a_change_of_files_is_kept_for_a_moment_only()
    {
        _projects.With("app.bst", "kind: manual\nbogus: yes\n");
        var images = Open();
        var first = images.FindAsync("app");
        Assert.IsType<ImageLookup.Broken>(await first);
        Assert.Same(first, images.FindAsync("app"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotSame(first, images.FindAsync("app"));
    }

    [Fact]
    public async Task An_unavailable_junction_is_reported_with_its_cause_and_tried_again()
    {
        WriteJunction();
        var images = Open();
        _remote.Failure = new SourceException("sub.bst:2:4: the remote is away", isTransient: true);

        var away = Assert.IsType<ImageLookup.Unavailable>(await images.FindAsync("sub/inner"));
        Assert.Contains("'sub.bst'", away.Message, StringComparison.Ordinal);
        Assert.Contains("sub.bst:2:4: the remote is away", away.Message, StringComparison.Ordinal);

        _remote.Failure = null;
        _time.Advance(away.RetryAfter);
        await FoundAsync(images, "sub/inner");
    }

    [Fact]
    public async Task A_remote_that_is_away_is_not_asked_for_each_request()
    {
        WriteJunction();
        var (one, other) = (Open(), Open());
        _remote.Failure = new SourceException("away", isTransient: true);
        var pauses = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            var away = Assert.IsType<ImageLookup.Unavailable>(await one.FindAsync("sub/inner"));
            Assert.IsType<ImageLookup.Unavailable>(await other.FindAsync("sub/inner"));
            Assert.IsType<ImageLookup.Unavailable>(await other.FindAsync("sub/another"));
            Assert.Equal(i + 1, _remote.Asked);
            pauses.Add(away.RetryAfter.TotalSeconds);
            _time.Advance(away.RetryAfter);
        }
        Assert.Equal([1, 2, 4, 8, 16, 30, 30], pauses);
    }

    [Fact]
    public async Task An_unexpected_exception_is_not_kept()
    {
        WriteJunction();
        var images = Open();
        _remote.Failure = new InvalidOperationException("a fault of Bistro's own");
        await Assert.ThrowsAsync<InvalidOperationException>(() => images.FindAsync("sub/inner"));
        _remote.Failure = null;
        await FoundAsync(images, "sub/inner");
    }

    [Fact]
    public async Task A_mistake_in_project_conf_is_logged_once_with_its_place_and_once_when_it_is_gone()
    {
        _projects.With("other.bst", "kind: stack\n").With("project.conf", "name: top\nmin-version: 2.0\nbogus: x\n");
        var images = Open();
        for (var i = 0; i < 3; i++)
        {
            var broken = Assert.IsType<ImageLookup.Broken>(await images.FindAsync(i == 0 ? "app" : "other"));
            Assert.Contains("project.conf:3:8", Assert.Single(broken.Mistake.ForClients), StringComparison.Ordinal);
            Assert.Equal(["base"], images.List());
        }
        Assert.Contains("project.conf:3:8", Assert.Single(_log.Lines), StringComparison.Ordinal);

        await images.CheckAsync(TestContext.Current.CancellationToken);
        _projects.With("project.conf", "name: top\nmin-version: 2.0\n");
        await images.CheckAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, _log.Lines.Count);
        Assert.Contains("no longer", _log.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_missing_names_no_path_to_clients()
    {
        _projects.Dispose();
        var broken = Assert.IsType<ImageLookup.Broken>(await Open().FindAsync("app"));
        Assert.DoesNotContain(_projects.Directory, Assert.Single(broken.Mistake.ForClients), StringComparison.Ordinal);
        Assert.StartsWith("bistro.yaml:1:8: ", broken.Mistake.ForLog, StringComparison.Ordinal);
        Assert.Contains(_projects.Directory, broken.Mistake.ForLog, StringComparison.Ordinal);
        _projects.With("project.conf", "name: top\nmin-version: 2.0\n");
    }

    [Fact]
    public async Task What_the_configuration_names_is_looked_up()
    {
        var images = Open("{path: top, images: {base: app.bst, wrong: oci/nope.bst}, junctions: {misspelt.bst: sub, app.bst: top, lost.bst: nowhere}}");
        Assert.Equal(
            [
                "bistro.yaml:1:44: The project 'top' has no element 'oci/nope.bst'",
                "bistro.yaml:1:71: The project 'top' has no junction 'misspelt.bst'",
                "bistro.yaml:1:90: The project 'top' has the element 'app.bst', which is not a junction",
                $"bistro.yaml:1:114: There is no folder '{_projects.Folder("nowhere")}' for the junction 'lost.bst'",
                "bistro.yaml:1:104: The project 'top' has no junction 'lost.bst'",
            ],
            await images.CheckEntryAsync(TestContext.Current.CancellationToken).Select(mistake => mistake.ToString()).ToListAsync(TestContext.Current.CancellationToken));
    }

    private void WriteJunction()
    {
        _projects.With("sub.bst", "kind: junction\nsources:\n- kind: tar\n  url: https://example.invalid/sub.tar\n  ref: " + new string('a', 64) + "\n");
        _projects.Write("sub", "project.conf", "name: sub\nmin-version: 2.0\n");
        _projects.Write("sub", "inner.bst", "kind: manual\n");
        _remote.Folder = _projects.Folder("sub");
    }

    private ProjectImages Open(string entry = "{path: top, images: {base: app.bst}}")
    {
        Directory.CreateDirectory(_projects.Folder("sub"));
        var written = LittleProjects.Yaml(entry);
        var served = new ServedProject
        {
            Name = "top",
            Path = _projects.Directory,
            Entry = written,
            Images = written.Mapping("images").TextMembers().ToImmutableDictionary(member => member.Key, member => member.Value),
            Junctions = (written.OptionalMapping("junctions") ?? Model.Yaml.MappingNode.Empty).TextMembers()
                .ToImmutableDictionary(member => member.Key, member => _projects.Folder(member.Value)),
        };
        _junctions ??= new PacedJunctions(_remote, _time);
        var request = _projects.Request with { Junctions = served.Junctions };
        var loader = new ProjectLoader(request, new KindCatalog(ElementKinds.All, SourceKinds.All, SourceMirrorKinds.All), _junctions);
        var images = new ProjectImages(served, loader, new ProjectLog(served.Name, _log), _time);
        _opened.Add(images);
        return images;
    }

    private PacedJunctions? _junctions;

    private static async Task<Element> FoundAsync(ProjectImages images, string name) =>
        Assert.IsType<ImageLookup.Found>(await images.FindAsync(name)).Element;

    private sealed class Remote : IJunctionFetcher
    {
        public Exception? Failure { get; set; }

        public string? Folder { get; set; }

        public int Asked { get; private set; }

        public Task<string?> FetchAsync(Element junction, bool isOptional, CancellationToken cancellationToken)
        {
            Asked++;
            return Failure is { } failure ? Task.FromException<string?>(failure) : Task.FromResult(Folder);
        }
    }

    private sealed class LinesOfLog : ILogger<ProjectLog>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lines)
                Lines.Add(formatter(state, exception));
        }
    }
}
