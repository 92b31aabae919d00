using Bistro.Builder.Content;
using Bistro.Builder.Files;
using Bistro.Builder.Sandbox;
using Bistro.Builder.Trees;
using Bistro.Builder.Upkeep;
using Bistro.Model.Content;
using Bistro.Model.Folders;
using Bistro.Registry.OnDemand;
using Bistro.Unit.Projects;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bistro.Unit.Trees;

/// <summary>Trees that someone else made: links that lead anywhere, and any depth.</summary>
public sealed class ForeignTreeTests : IDisposable
{
    // Deeper than any stack holds that recurses once for each directory.
    private const int Deep = 6000;

    // Half of what the smallest stack of a Linux thread is by default.
    private const int SmallStack = 128 * 1024;

    private readonly TreeFixture _fixture = new();

    private TreeStore Trees => _fixture.Trees;

    [Fact]
    public void A_walk_lists_links_and_enters_none()
    {
        var directory = LinkedDirectory();
        Assert.Equal(["a", "b", "d", "d/x", "fd", "r"], FolderWalk.Below(directory).Select(path => Path.GetRelativePath(directory, path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_capture_stores_links_and_enters_none() => Assert.Equal(
        ["/a -> .", "/b -> .", "/d/x = 12345", "/fd -> /proc/self/fd", "/r -> /usr"],
        _fixture.Text(await Trees.CaptureAsync(LinkedDirectory(), CaptureOptions.Default, TreeFixture.Token)));

    [Fact]
    public async Task A_root_counts_the_sizes_of_its_files_and_enters_no_link()
    {
        var tree = await Trees.CaptureAsync(LinkedDirectory(), CaptureOptions.Default, TreeFixture.Token);
        var roots = new StagedRoots(Trees, ((ContentStore)Trees.Content).Temporary, _fixture.NewDirectory(), 1 << 20, TimeProvider.System);
        using var lease = await roots.LeaseAsync(tree, TreeFixture.Token);
        Assert.Equal("5", await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(lease.Location)!, "size"), TreeFixture.Token));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unknown_image_name_is_answered_where_links_lead_in_circles()
    {
        using var projects = new LittleProjects();
        projects.With("project.conf", "name: top\nmin-version: 2.4\nelement-path: elements\n").With("elements/l/x.bst", "kind: stack\n");
        foreach (var name in (string[])["a", "b", "c"])
            File.CreateSymbolicLink(Path.Combine(projects.Directory, "elements", "l", name), ".");
        File.CreateSymbolicLink(Path.Combine(projects.Directory, "elements", "usr"), "/usr");
        using var images = new ProjectImages(
            new ServedProject { Name = "top", Path = projects.Directory }, projects.Loader(), new ProjectLog("top", NullLogger<ProjectLog>.Instance), TimeProvider.System);
        Assert.IsType<ImageLookup.Missing>(await images.FindAsync("nothing").WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_directory_of_any_depth_is_removed()
    {
        var root = _fixture.NewDirectory();
        var place = $"{root}/doomed";
        Directory.CreateDirectory(place);
        for (var i = 0; i < 12_000; i++)
        {
            Directory.CreateDirectory($"{root}/above");
            Directory.Move(place, $"{root}/above/d");
            Directory.Move($"{root}/above", place);
        }
        File.SetUnixFileMode(place, UnixFileMode.None);
        OnSmallStack(() => DirectoryRemoval.Remove(place));
        Assert.Empty(Directory.EnumerateFileSystemEntries(root));
    }

    [Fact]
    public void Removal_enters_no_link()
    {
        var (kept, doomed) = (LinkedDirectory(), _fixture.NewDirectory());
        File.CreateSymbolicLink($"{doomed}/link", kept);
        DirectoryRemoval.Remove(doomed);
        Assert.False(Directory.Exists(doomed));
        Assert.True(File.Exists($"{kept}/d/x"));
    }

    [Fact]
    public void A_tree_that_is_too_deep_is_an_error_and_overflows_no_stack() => OnSmallStack(() =>
    {
        var (draft, tree) = Nest(Deep, "x");
        var (_, other) = Nest(Deep, "y", draft);
        Assert.Equal(tree, draft.CommitAsync(tree, TreeFixture.Token).AsTask().GetAwaiter().GetResult());
        Assert.Equal(other, draft.CommitAsync(other, TreeFixture.Token).AsTask().GetAwaiter().GetResult());

        Assert.Throws<TreeException>(() => Trees.Walk(tree).Count());
        Assert.Throws<TreeException>(() => Trees.Compare(tree, other).Count());
        Assert.Throws<TreeException>(() => Trees.BeginDraft().Merge([new TreeLayer(tree), new TreeLayer(other)]));
        Assert.Throws<TreeException>(() => Trees.BeginDraft().Merge([new TreeLayer(tree), new TreeLayer(tree)]));
        Assert.Throws<TreeException>(() => Trees.BeginDraft().Filter(tree, _ => true));
        Assert.True(new Reachability((ContentStore)Trees.Content).Mark([ContentReference.Tree(tree)]));
        Assert.ThrowsAny<IOException>(() => Trees.CheckoutAsync(tree, $"{_fixture.NewDirectory()}/out", TreeFixture.Token).GetAwaiter().GetResult());
    });

    [Fact]
    public void The_deepest_path_that_is_allowed_fits_a_small_stack() => OnSmallStack(() =>
    {
        // "d/" 2,047 times and a name of two bytes: 4,096 bytes.
        var (draft, tree) = Nest(2047, "xx");
        var (_, other) = Nest(2047, "yy", draft);
        Assert.Equal(2048, Trees.Walk(draft.CommitAsync(tree, TreeFixture.Token).AsTask().GetAwaiter().GetResult()).Count());
        var merged = draft.Merge([new TreeLayer(tree), new TreeLayer(other)]).Tree;
        Assert.Equal(2049, Trees.Walk(draft.CommitAsync(merged, TreeFixture.Token).AsTask().GetAwaiter().GetResult()).Count());
        Assert.Equal(2, Trees.Compare(tree, merged).Count() + Trees.Compare(merged, tree).Count());
        Assert.Equal(tree, draft.Filter(merged, path => !path.EndsWith("yy", StringComparison.Ordinal)));
    });

    [Fact]
    public async Task A_captured_path_that_is_too_long_is_an_error()
    {
        var root = _fixture.NewDirectory();
        var place = $"{root}/top";
        Directory.CreateDirectory(place);
        var name = new string('d', 200);
        for (var i = 0; i < 21; i++)
        {
            Directory.CreateDirectory($"{root}/above");
            Directory.Move(place, $"{root}/above/{name}");
            Directory.Move($"{root}/above", place);
        }
        var failure = await Assert.ThrowsAsync<TreeException>(() => Trees.CaptureAsync(place, CaptureOptions.Default, TreeFixture.Token));
        Assert.Contains("4096 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_too_long_is_refused_in_a_stored_tree()
    {
        static byte[] Message(int length) => TreeCodec.Encode(TreeDirectory.Create([new LinkNode(new string('é', length), "x")]));
        Assert.Single(TreeCodec.Decode(Message(127)).Nodes);
        Assert.Throws<InvalidDataException>(() => TreeCodec.Decode(Message(128)));
    }

    public void Dispose() => _fixture.Dispose();

    private string LinkedDirectory()
    {
        var directory = _fixture.NewDirectory();
        Directory.CreateDirectory($"{directory}/d");
        File.WriteAllText($"{directory}/d/x", "12345");
        File.CreateSymbolicLink($"{directory}/r", "/usr");
        File.CreateSymbolicLink($"{directory}/a", ".");
        File.CreateSymbolicLink($"{directory}/b", ".");
        File.CreateSymbolicLink($"{directory}/fd", "/proc/self/fd");
        return directory;
    }

    private (TreeDraft Draft, Digest Tree) Nest(int depth, string name, TreeDraft? draft = null)
    {
        draft ??= Trees.BeginDraft();
        var tree = draft.Add(TreeDirectory.Create([new LinkNode(name, "target")]));
        for (var i = 0; i < depth; i++)
            tree = draft.Add(TreeDirectory.Create([new DirectoryNode("d", tree)]));
        return (draft, tree.Hash);
    }

    private static void OnSmallStack(Action work)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }, SmallStack);
        thread.Start();
        thread.Join();
        Assert.True(failure is null, failure?.ToString());
    }
}
