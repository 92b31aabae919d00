using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Loading;
using CsCheck;

namespace Bistro.Unit.Projects;

/// <summary>Whatever is changed, a loader that knows the project from before says what a new one says.</summary>
public sealed class ReloadPropertyTests
{
    private static readonly Gen<(int File, int Text)[]> Edits =
        (from file in Gen.Int[0, ChangingProject.Files.Length - 1]
         from text in Gen.Int[0, ChangingProject.Files[file].Texts.Length - 1]
         select (file, text)).Array[1, 25];

    [Fact]
    public Task A_load_after_any_changes_is_as_a_fresh_one() => Edits.SampleAsync(async edits =>
    {
        using var projects = new LittleProjects();
        for (var file = 0; file < ChangingProject.Files.Length; file++)
            Write(projects, file, 0, DateTime.UnixEpoch);
        var loader = projects.Loader();
        Assert.Contains("sub.bst:d.bst ", await DescribeAsync(loader), StringComparison.Ordinal);
        for (var edit = 0; edit < edits.Length; edit++)
        {
            var (file, text) = edits[edit];
            // A time of its own: two writes within a tick of the file system's clock are more than a stamp can tell apart.
            Write(projects, file, text, DateTime.UnixEpoch.AddSeconds(edit + 1));
            Assert.Equal(await DescribeAsync(projects.Loader()), await DescribeAsync(loader));
        }
    }, iter: 60);

    private static void Write(LittleProjects projects, int file, int text, DateTime written)
    {
        var (path, texts) = ChangingProject.Files[file];
        var absolute = Path.Combine(projects.Directory, path);
        if (texts[text] is not { } content)
        {
            File.Delete(absolute);
            return;
        }
        projects.With(path, content);
        File.SetLastWriteTimeUtc(absolute, written);
    }

    /// <summary>Each element with its keys, or what is wrong.</summary>
    private static async Task<string> DescribeAsync(ProjectLoader loader)
    {
        try
        {
            var loaded = await loader.LoadAsync([ChangingProject.Target], TestContext.Current.CancellationToken);
            return string.Join('\n', Closure.All(loaded.Targets).Select(element => $"{element.FullName} {element.Keys.Weak} {element.Keys.Strict}"));
        }
        catch (LoadException mistake)
        {
            return string.Join('\n', mistake.Errors.Select(error => error.ToString()));
        }
    }
}
