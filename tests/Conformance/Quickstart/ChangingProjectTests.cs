using System.Net;
using System.Text.Json;

// The helpers of this class pass the test's token on.
#pragma warning disable xUnit1069

namespace Bistro.Conformance.Quickstart;

/// <summary>The real executable while its projects are edited, replaced, broken, and mended: a request sees each change that came before it.</summary>
public sealed class ChangingProjectTests : IAsyncDisposable
{
    private const string Plugins = "{origin: pip, package-name: buildstream-plugins, sources: [git, patch]}";

    private static readonly TimeSpan Edits = TimeSpan.FromSeconds(5);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-changing-");
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(2) };
    private BistroServer? _server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        await Tool.RunAsync("rm", ["-rf", _directory.FullName]);
    }

    [Fact(Timeout = 120_000)]
    public async Task No_answer_is_500_while_a_file_is_replaced_all_the_time()
    {
        WriteProject("p", "one");
        Write("p/elements/base.bst", "kind: stack\n");
        for (var i = 0; i < 200; i++)
            Write($"p/elements/e{i}.bst", "kind: stack\ndepends: [base.bst]\n");
        await StartAsync("projects: {p: {path: p}}\n");

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        stop.CancelAfter(Edits);
        var editor = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                Write("p/elements/base.bst", $"kind: stack\nvariables: {{edit: '{i}'}}\n");
        }, Token);
        var clients = Enumerable.Range(0, 6).Select(client => Task.Run(async () =>
        {
            var answers = new List<(HttpStatusCode, string)>();
            for (var i = client; !stop.IsCancellationRequested; i += 7)
                answers.Add(await GetAsync($"p/e{i % 200}/tags/list"));
            return answers;
        }, Token)).ToList();
        var answers = (await Task.WhenAll(clients)).SelectMany(some => some).ToList();
        await editor;
        Assert.NotEmpty(answers);
        Assert.All(answers, answer => Assert.True(answer.Item1 == HttpStatusCode.OK, answer.Item2));
        for (var i = 0; i < 200; i++)
            Assert.Equal(HttpStatusCode.OK, (await GetAsync($"p/e{i}/tags/list")).Status);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_project_that_is_moved_away_and_copied_back_is_followed()
    {
        WriteProject("p", "one");
        await StartAsync("projects: {p: {path: p}}\n");
        var first = await DigestAsync("p/motd");
        Directory.Move(At("p"), At("p.old"));
        var (status, missing) = await GetAsync("p/motd/manifests/latest");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("project.conf", missing, StringComparison.Ordinal);
        Assert.DoesNotContain(_directory.FullName, missing, StringComparison.Ordinal);
        (await Tool.RunAsync("cp", ["-r", At("p.old"), At("p")])).Succeeded();
        Assert.Equal(first, await DigestAsync("p/motd"));
        Write("p/files/motd", "two");
        var second = await DigestAsync("p/motd");
        Assert.NotEqual(first, second);
        Write("p.old/files/motd", "three");
        Assert.Equal(second, await DigestAsync("p/motd"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_link_that_is_swapped_is_followed()
    {
        WriteProject("one", "one");
        WriteProject("two", "two");
        Directory.CreateSymbolicLink(At("current"), "one");
        await StartAsync("projects: {p: {path: current}}\n");
        var first = await DigestAsync("p/motd");
        await SwapAsync("two");
        Assert.NotEqual(first, await DigestAsync("p/motd"));
        await SwapAsync("nowhere");
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("p/motd/manifests/latest")).Status);
        await SwapAsync("one");
        Assert.Equal(first, await DigestAsync("p/motd"));
        Write("one/files/motd", "three");
        Assert.NotEqual(first, await DigestAsync("p/motd"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_junction_whose_remote_is_away_is_asked_for_again()
    {
        WriteProject("sub", "one");
        foreach (string[] arguments in (string[][])[["init", "--quiet"], ["add", "--all"], ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "one"]])
            (await Tool.RunAsync("git", ["-C", At("sub"), .. arguments])).Succeeded();
        var commit = (await Tool.RunAsync("git", ["-C", At("sub"), "rev-parse", "HEAD"])).Succeeded().Trim();
        WriteProject("p", "other");
        Write("p/elements/sub.bst", $"kind: junction\nsources:\n- kind: git\n  url: file://{At("sub")}\n  ref: {commit}\n");
        Directory.Move(At("sub"), At("away"));
        await StartAsync("projects: {p: {path: p}}\nscheduler: {network-retries: 0}\n");

        foreach (var path in (string[])["p/sub/motd/manifests/latest", "p/sub/motd/tags/list"])
        {
            using var response = await _client.GetAsync(AddressOf(path), Token);
            var body = await response.Content.ReadAsStringAsync(Token);
            Assert.True(response.StatusCode == HttpStatusCode.TooManyRequests, body);
            Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            Assert.Contains("cannot be fetched at present", body, StringComparison.Ordinal);
            Assert.Contains("sub.bst:3:3: ", body, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("   at ", _server!.Log, StringComparison.Ordinal);

        Directory.Move(At("away"), At("sub"));
        HttpStatusCode status;
        do
            (status, _) = await GetAsync("p/sub/motd/manifests/latest");
        while (status == HttpStatusCode.TooManyRequests);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_broken_project_leaves_the_others_alone()
    {
        WriteProject("good", "one");
        WriteProject("bad", "one");
        Write("bad/project.conf", "name: bad\nmin-version: 2.0\nelement-path: elements\nbogus: x\n");
        await StartAsync("projects:\n  bad: {path: bad}\n  good: {path: good}\n  lost: {path: lost}\n");
        await _server!.WaitForLogAsync("project.conf:4:8");
        await _server.WaitForLogAsync("bistro.yaml:4:16: No project.conf");

        for (var i = 0; i < 3; i++)
        {
            var (status, catalogue) = await GetAsync("_catalog");
            Assert.Equal(HttpStatusCode.OK, status);
            using var json = JsonDocument.Parse(catalogue);
            Assert.Contains("good/motd", json.RootElement.GetProperty("repositories").EnumerateArray().Select(name => name.GetString()));
            Assert.NotNull(await DigestAsync("good/motd"));
            Assert.Contains("project.conf:4:8", (await GetAsync("bad/motd/manifests/latest")).Body, StringComparison.Ordinal);
        }
        Assert.Equal(1, Count("project.conf:4:8"));

        Write("bad/project.conf", "name: bad\nmin-version: 2.0\nelement-path: elements\n");
        await _server.WaitForLogAsync("The project 'bad' no longer has this mistake");
        Assert.NotNull(await DigestAsync("bad/motd"));
        Write("good/project.conf", "bogus: x\n");
        await _server.WaitForLogAsync("The project 'good' has a mistake");
        Assert.NotNull(await DigestAsync("bad/motd"));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("_catalog")).Status);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_the_configuration_names_and_the_project_lacks_is_logged_at_the_start()
    {
        WriteProject("p", "one");
        Directory.CreateDirectory(At("sub"));
        await StartAsync("projects:\n  p:\n    path: p\n    images: {app: oci/nope.bst}\n    junctions: {misspelt.bst: sub}\n");
        await _server!.WaitForLogAsync("bistro.yaml:4:19: The project 'p' has no element 'oci/nope.bst'");
        await _server.WaitForLogAsync("bistro.yaml:5:17: The project 'p' has no junction 'misspelt.bst'");
    }

    [Theory(Timeout = 120_000)]
    [InlineData("projects:\n  My_OS!: {path: p}\n", "bistro.yaml:2:3: No client can write the project's name 'My_OS!'")]
    [InlineData("projects:\n  p: {path: p, images: {App: motd.bst}}\n", "bistro.yaml:2:25: No client can write the image's name 'App'")]
    public async Task A_name_that_no_client_can_write_is_a_mistake(string configuration, string message)
    {
        WriteProject("p", "one");
        Write("bistro.yaml", configuration);
        var outcome = await Tool.RunAsync(Checkout.Executable, ["serve", "-c", At("bistro.yaml"), "--store", At("store"), "--listen", "localhost:0"]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(message, outcome.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Listening", outcome.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_failed_build_says_why_in_the_log_the_answer_and_on_the_command_line()
    {
        Assert.SkipWhen(Tool.Find("busybox") is null, "busybox is not installed");
        Assert.SkipWhen(Tool.Find("patch") is null, "patch is not installed");
        WriteProject("p", "one");
        Write("p/shell/bin/sh", "");
        File.Copy(Tool.Find("busybox")!, At("p/shell/bin/sh"), overwrite: true);
        Write("p/fix.patch", "--- a/motd\n+++ b/motd\n@@ -1 +1 @@\n-nothing like it\n+changed\n");
        Write("p/elements/shell.bst", "kind: import\nsources: [{kind: local, path: shell}]\n");
        Write("p/elements/broken.bst", "kind: manual\nbuild-depends: [shell.bst]\nconfig:\n  build-commands:\n  - echo the last words; exit 7\n");
        Write("p/elements/patched.bst", "kind: import\nsources: [{kind: local, path: files}, {kind: patch, path: fix.patch}]\n");
        await StartAsync("projects: {served: {path: p}}\n");
        foreach (var (element, said) in (IEnumerable<(string, string[])>)
        [
            ("broken", ["broken.bst (project p)", "build-commands failed with exit code 7", "The command was: echo the last words; exit 7", "  the last words", "logs/p/broken/"]),
            ("patched", ["patched.bst (project p)", "1 out of 1 hunk FAILED", "logs/p/patched/"]),
        ])
        {
            using (var request = new HttpRequestMessage(HttpMethod.Head, AddressOf($"served/{element}/manifests/latest")))
            using (var head = await _client.SendAsync(request, Token))
                Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
            var (status, body) = await GetAsync($"served/{element}/manifests/latest");
            Assert.Equal(HttpStatusCode.NotFound, status);
            using var json = JsonDocument.Parse(body);
            var message = json.RootElement.GetProperty("errors")[0].GetProperty("message").GetString()!;
            await _server!.WaitForLogAsync($"The build failed. {element}.bst");
            var built = await Tool.RunAsync(Checkout.Executable, ["-C", At("p"), "--store", At("other"), "build", $"{element}.bst"]);
            Assert.Equal(1, built.ExitCode);
            foreach (var text in said)
            {
                Assert.Contains(text, message, StringComparison.Ordinal);
                Assert.Contains(text, _server.Log, StringComparison.Ordinal);
                Assert.Contains(text, built.Output, StringComparison.Ordinal);
            }
        }
        // HEAD and GET are answered by one build.
        Assert.Single(Directory.EnumerateFiles(At("store/logs/p/broken"), "*-build.*"));
    }

    private int Count(string text) => _server!.Log.Split(text).Length - 1;

    private async Task StartAsync(string configuration)
    {
        Write("bistro.yaml", configuration);
        _server = await BistroServer.StartAsync(At("store"), At("bistro.yaml"));
    }

    private Uri AddressOf(string path) => new($"http://{_server!.Address}/v2/{path}");

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var response = await _client.GetAsync(AddressOf(path), Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    private async Task<string> DigestAsync(string repository)
    {
        var (status, digest) = await _server!.GetManifestAsync(repository);
        Assert.Equal(HttpStatusCode.OK, status);
        return digest!;
    }

    private async Task SwapAsync(string target)
    {
        Directory.CreateSymbolicLink(At("fresh"), target);
        (await Tool.RunAsync("mv", ["-T", At("fresh"), At("current")])).Succeeded();
    }

    private string At(string path) => Path.Combine(_directory.FullName, path);

    private void WriteProject(string folder, string motd)
    {
        Write($"{folder}/project.conf", $"""
            name: {folder}
            min-version: 2.0
            element-path: elements
            plugins:
            - {Plugins}

            """);
        Write($"{folder}/files/motd", motd);
        Write($"{folder}/elements/components/motd.bst", "kind: import\nsources:\n- kind: local\n  path: files\n");
        Write($"{folder}/elements/motd.bst", "kind: import\nsources:\n- kind: local\n  path: files\n");
    }

    // At once, as editors and git do: the server may be reading.
    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At("new"), text);
        File.Move(At("new"), At(path), overwrite: true);
    }
}
