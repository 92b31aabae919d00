using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Loading;
using CsCheck;

namespace Bistro.Unit.Projects;

/// <summary>Loads at the same time as edits: each load returns a state that the project had while it ran.</summary>
public sealed class ConcurrentLoadTests
{
    private const int Loads = 4;

    private static readonly Gen<(int File, int Text)[]> Edits =
        (from file in Gen.Int[0, ChangingProject.Files.Length - 1]
         from text in Gen.Int[0, ChangingProject.Files[file].Texts.Length - 1]
         select (file, text)).Array[5, 25];

    [Fact(Timeout = 300_000)]
    public Task A_load_beside_edits_returns_a_state_of_its_time() => Edits.SampleAsync(async edits =>
    {
        using var projects = new LittleProjects();
        var states = await StatesAsync(projects, edits);
        for (var file = 0; file < ChangingProject.Files.Length; file++)
            Replace(projects, file, 0);

        var loader = projects.Loader();
        var (begun, finished) = (0, 0);
        using var loadBegins = new SemaphoreSlim(0);
        using var failure = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var editing = Task.Run(async () =>
        {
            foreach (var (file, text) in edits)
            {
                await loadBegins.WaitAsync(failure.Token);
                Interlocked.Increment(ref begun);
                Replace(projects, file, text);
                Interlocked.Increment(ref finished);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, Loads).Select(_ => Task.Run(LoadAsync)));
        await editing;
        Assert.Equal(states[^1], await DescribeAsync(loader));

        async Task LoadAsync()
        {
            try
            {
                do
                {
                    var first = Volatile.Read(ref finished);
                    loadBegins.Release();
                    var state = await DescribeAsync(loader);
                    var last = Volatile.Read(ref begun);
                    if (state is not null)
                        Assert.True(
                            states.AsSpan(first, last - first + 1).Contains(state),
                            $"Between the edits {first} and {last} there was no state\n{state}\nbut\n{string.Join("\n\n", states[first..(last + 1)])}");
                }
                while (!editing.IsCompleted);
            }
            catch
            {
                await failure.CancelAsync();
                throw;
            }
        }
    }, iter: 40, threads: 1);

    /// <summary>The state after each edit, as a new loader sees it.</summary>
    private static async Task<string[]> StatesAsync(LittleProjects projects, (int File, int Text)[] edits)
    {
        for (var file = 0; file < ChangingProject.Files.Length; file++)
            Replace(projects, file, 0);
        var states = new List<string> { (await DescribeAsync(projects.Loader()))! };
        Assert.Contains("sub.bst:d.bst ", states[0], StringComparison.Ordinal);
        foreach (var (file, text) in edits)
        {
            Replace(projects, file, text);
            states.Add((await DescribeAsync(projects.Loader()))!);
        }
        return [.. states];
    }

    /// <summary>Replaces a file in one step, by one of the same size and time if the texts are as long.</summary>
    private static void Replace(LittleProjects projects, int file, int text)
    {
        var (path, texts) = ChangingProject.Files[file];
        var target = Path.Combine(projects.Directory, path);
        if (texts[text] is not { } content)
        {
            File.Delete(target);
            return;
        }
        projects.Write("new", path, content);
        var written = Path.Combine(projects.Folder("new"), path);
        File.SetLastWriteTimeUtc(written, DateTime.UnixEpoch);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(written, target, overwrite: true);
    }

    /// <summary>Each element with its keys, or what is wrong; null where the files change too fast.</summary>
    private static async Task<string?> DescribeAsync(ProjectLoader loader)
    {
        try
        {
            var loaded = await loader.LoadAsync([ChangingProject.Target], TestContext.Current.CancellationToken);
            return string.Join('\n', Closure.All(loaded.Targets).Select(element => $"{element.FullName} {element.Keys.Weak} {element.Keys.Strict}"));
        }
        catch (LoadException mistake) when (mistake.Errors is [{ Reason: LoadErrorReason.FilesKeepChanging }])
        {
            return null;
        }
        catch (LoadException mistake)
        {
            return string.Join('\n', mistake.Errors.Select(error => error.ToString()));
        }
    }
}
