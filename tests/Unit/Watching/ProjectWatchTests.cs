using System.Diagnostics;
using Bistro.Registry.Watching;

namespace Bistro.Unit.Watching;

/// <summary>Every look notices what was complete before it: no test here waits.</summary>
public sealed class ProjectWatchTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("bistro-watch-");

    public ProjectWatchTests()
    {
        Write("p/project.conf", "name: p\n");
        Write("p/elements/a.bst", "kind: stack\n");
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Without_a_change_the_version_stays()
    {
        using var watch = new ProjectWatch([At("p")]);
        var before = watch.Look();
        File.ReadAllText(At("p/elements/a.bst"));
        Write("beside", "not in the project");
        Assert.Equal(before, watch.Look());
        Assert.Null(before.Gap);
    }

    [Theory]
    [InlineData("written with the same size")]
    [InlineData("replaced")]
    [InlineData("deleted")]
    [InlineData("made executable")]
    [InlineData("new folder")]
    [InlineData("folder renamed")]
    public void Changes_below_the_folder_are_noticed(string change)
    {
        using var watch = new ProjectWatch([At("p")]);
        AssertNoticed(watch, () =>
        {
            switch (change)
            {
                case "written with the same size":
                    Write("p/elements/a.bst", "kind: STACK\n");
                    break;
                case "replaced":
                    Write("fresh", "kind: stack\n");
                    File.Move(At("fresh"), At("p/elements/a.bst"), overwrite: true);
                    break;
                case "deleted":
                    File.Delete(At("p/elements/a.bst"));
                    break;
                case "made executable":
                    File.SetUnixFileMode(At("p/elements/a.bst"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
                    break;
                case "new folder":
                    Write("p/elements/new/deep/b.bst", "kind: stack\n");
                    break;
                default:
                    Directory.Move(At("p/elements"), At("p/parts"));
                    break;
            }
        });
        // And what comes after, in new folders too.
        Write("p/elements/new/deep/b.bst", "kind: stack\n");
        watch.Look();
        AssertNoticed(watch, () => Write("p/elements/new/deep/b.bst", "kind: manual\n"));
    }

    [Fact]
    public void A_folder_that_is_moved_away_and_copied_back_is_another_one()
    {
        using var watch = new ProjectWatch([At("p")]);
        AssertNoticed(watch, () => Directory.Move(At("p"), At("p.old")));
        AssertNoticed(watch, () => Run("cp", "-r", At("p.old"), At("p")));
        AssertNoticed(watch, () => Write("p/elements/a.bst", "kind: manual\n"));
        var before = watch.Look();
        Write("p.old/elements/a.bst", "kind: manual\n");
        Assert.Equal(before, watch.Look());
    }

    [Theory]
    [InlineData("p")]
    [InlineData("../{root}/p")]
    public void A_link_that_is_swapped_is_followed(string target)
    {
        Run("cp", "-r", At("p"), At("q"));
        Directory.CreateSymbolicLink(At("current"), target.Replace("{root}", _root.Name, StringComparison.Ordinal));
        Directory.CreateSymbolicLink(At("served"), "current");
        using var watch = new ProjectWatch([At("served")]);
        AssertNoticed(watch, () => Write("p/elements/a.bst", "kind: manual\n"));
        AssertNoticed(watch, () =>
        {
            Directory.CreateSymbolicLink(At("fresh"), "q");
            Run("mv", "-T", At("fresh"), At("current"));
        });
        AssertNoticed(watch, () => Write("q/elements/a.bst", "kind: manual\n"));
        var before = watch.Look();
        Write("p/elements/a.bst", "kind: import\n");
        Assert.Equal(before, watch.Look());
    }

    [Fact]
    public void A_parent_that_is_replaced_is_noticed()
    {
        Write("above/between/p/project.conf", "name: p\n");
        using var watch = new ProjectWatch([At("above/between/p")]);
        AssertNoticed(watch, () => Directory.Move(At("above"), At("elsewhere")));
        AssertNoticed(watch, () => Write("above/between/p/project.conf", "name: p\n"));
        AssertNoticed(watch, () => Write("above/between/p/project.conf", "name: q\n"));
    }

    [Fact]
    public void A_folder_that_is_not_there_yet_is_noticed_when_it_comes()
    {
        using var watch = new ProjectWatch([At("late/p")]);
        AssertNoticed(watch, () => Write("late/p/project.conf", "name: p\n"));
        AssertNoticed(watch, () => Write("late/p/project.conf", "name: q\n"));
    }

    [Fact]
    public void Links_of_the_project_are_not_entered()
    {
        Write("other/file", "one");
        Directory.CreateSymbolicLink(At("p/elements/self"), ".");
        Directory.CreateSymbolicLink(At("p/elements/up"), "..");
        Directory.CreateSymbolicLink(At("p/elements/other"), At("other"));
        Directory.CreateSymbolicLink(At("p/proc"), "/proc");
        using var watch = new ProjectWatch([At("p")]);
        var before = watch.Look();
        Write("other/file", "two");
        Assert.Equal(before, watch.Look());
    }

    [Fact]
    public void Files_that_were_read_through_a_link_are_watched_once_they_are_covered()
    {
        Write("shared/b.bst", "kind: stack\n");
        Directory.CreateSymbolicLink(At("p/elements/shared"), At("shared"));
        using var watch = new ProjectWatch([At("p")]);
        watch.Look();
        string[] read = [At("p/elements/a.bst"), At("p/elements/shared/b.bst")];
        Assert.True(watch.Cover(read));
        Assert.False(watch.Cover(read));
        AssertNoticed(watch, () => Write("shared/b.bst", "kind: manual\n"));
    }

    [Fact]
    public void Lost_events_count_as_a_change()
    {
        using var watch = new ProjectWatch([At("p")]);
        AssertNoticed(watch, () =>
        {
            var most = int.Parse(File.ReadAllText("/proc/sys/fs/inotify/max_queued_events"), null);
            Assert.SkipWhen(most > 100_000, "the kernel's queue is too long to fill");
            Write("p/one", "");
            Write("p/two", "");
            // Equal events in a row are one.
            for (var i = 0; i <= most; i++)
                File.SetUnixFileMode(At((i & 1) == 0 ? "p/one" : "p/two"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Write("p/elements/unheard/b.bst", "kind: stack\n");
        });
        AssertNoticed(watch, () => Write("p/elements/unheard/b.bst", "kind: manual\n"));
    }

    [Fact]
    public void A_folder_that_cannot_be_read_is_a_gap_and_no_failure()
    {
        Write("p/closed/file", "text");
        File.SetUnixFileMode(At("p/closed"), UnixFileMode.None);
        using var watch = new ProjectWatch([At("p")]);
        var state = watch.Look();
        File.SetUnixFileMode(At("p/closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // root reads everything.
        Assert.Equal(Environment.IsPrivilegedProcess ? null : $"'{At("p/closed")}' cannot be read", state.Gap);
        AssertNoticed(watch, () => Write("p/elements/a.bst", "kind: manual\n"));
    }

    [Fact]
    public void Folders_beyond_the_limit_are_a_gap()
    {
        Write("p/elements/b/c.bst", "kind: stack\n");
        using var watches = new FolderWatches(mostFolders: 4);
        watches.AddTree(At("p"));
        Assert.Equal("there are more than 4 folders", watches.Gap);
    }

    [Fact]
    public void The_git_folder_does_not_count()
    {
        Write("p/.git/HEAD", "ref: one\n");
        using var watch = new ProjectWatch([At("p")]);
        var before = watch.Look();
        Write("p/.git/HEAD", "ref: two\n");
        Write("p/.git/refs/heads/one", "0\n");
        Assert.Equal(before, watch.Look());
    }

    private static void AssertNoticed(ProjectWatch watch, Action change)
    {
        var before = watch.Look();
        change();
        var after = watch.Look();
        Assert.NotEqual(before.Version, after.Version);
        Assert.Equal(after, watch.Look());
    }

    private string At(string path) => Path.Combine(_root.FullName, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
