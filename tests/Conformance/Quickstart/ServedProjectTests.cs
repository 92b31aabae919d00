using System.Net;
using System.Text.Json;

namespace Bistro.Conformance.Quickstart;

/// <summary>A little project served by the real executable: how it answers when files change, builds fail, names are wrong.</summary>
public sealed class ServedProjectTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-served-");
    private BistroServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        Write("bistro.yaml", "projects:\n  little: {path: project}\n  loose: {path: project, strict: false}\n");
        Write("project/project.conf", "name: little\nmin-version: 2.0\nelement-path: elements\n");
        Write("project/files/motd", "one\n");
        Write("project/elements/motd.bst", "kind: import\nsources:\n- kind: local\n  path: files\n");
        Write("project/elements/wrong.bst", "kind: import\nsources:\n- kind: local\n  path: nowhere\n");
        Write("project/elements/shell.bst", "kind: import\nsources:\n- kind: local\n  path: shell\n");
        Write("project/elements/broken.bst", """
            kind: manual
            build-depends:
            - shell.bst
            config:
              build-commands:
              - echo the last words; exit 7
            """);
        Write("project/elements/long.bst", """
            kind: manual
            build-depends:
            - shell.bst
            config:
              build-commands:
              - i=0; while [ $i -lt 5000000 ]; do i=$((i + 1)); done
            """);
        Write("project/elements/copy.bst", """
            kind: manual
            build-depends: [shell.bst, motd.bst]
            config:
              build-commands:
              - read motd < /motd; echo $motd > %{install-root}/copy
            """);
        Directory.CreateDirectory(Path.Combine(_directory.FullName, "project/shell/bin"));
        if (Tool.Find("busybox") is { } busybox)
            File.Copy(busybox, Path.Combine(_directory.FullName, "project/shell/bin/sh"));
        _server = await BistroServer.StartAsync(
            Path.Combine(_directory.FullName, "store"), Path.Combine(_directory.FullName, "bistro.yaml"));
    }

    [Fact]
    public async Task Latest_follows_a_file_that_changes()
    {
        var (status, before) = await _server.GetManifestAsync("little/motd");
        Assert.Equal(HttpStatusCode.OK, status);
        Write("project/files/motd", "two\n");
        Assert.NotNull(await ChangedAsync("little/motd", before));
    }

    [Fact]
    public async Task A_project_that_is_not_strict_keeps_what_was_built_on_other_dependencies()
    {
        Assert.SkipWhen(Tool.Find("busybox") is null, "busybox is not installed");
        var (_, before) = await _server.GetManifestAsync("little/copy");
        Assert.NotNull(before);
        Assert.Equal(before, (await _server.GetManifestAsync("loose/copy")).Digest);
        var (_, motd) = await _server.GetManifestAsync("loose/motd");
        Write("project/files/motd", "two\n");
        Assert.NotNull(await ChangedAsync("loose/motd", motd));
        Assert.Equal(before, (await _server.GetManifestAsync("loose/copy")).Digest);
        Assert.NotNull(await ChangedAsync("little/copy", before));
    }

    [Fact]
    public async Task A_build_whose_client_has_gone_is_finished()
    {
        Assert.SkipWhen(Tool.Find("busybox") is null, "busybox is not installed");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _server.GetManifestAsync("little/long", TimeSpan.FromSeconds(1)));
        Assert.DoesNotContain("Built long.bst", _server.Log, StringComparison.Ordinal);
        await _server.WaitForLogAsync("Built long.bst");
        Assert.Equal(HttpStatusCode.OK, (await _server.GetManifestAsync("little/long")).Status);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_server.Store, "logs", "little", "long"), "*-build.*"));
    }

    [Fact]
    public async Task A_failed_build_shows_podman_the_element_the_command_and_the_last_lines()
    {
        Assert.SkipWhen(Tool.Find("busybox") is null, "busybox is not installed");
        await using var podman = new Podman();
        var outcome = await podman.RunAsync("pull", "--tls-verify=false", $"{_server.Address}/little/broken");
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("broken.bst", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("exit 7", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("the last words", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("logs/little/broken/", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_build_warns_in_the_answer_to_HEAD()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Head, $"http://{_server.Address}/v2/little/wrong/manifests/latest");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.StartsWith("299 - \"", response.Headers.GetValues("Warning").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_project_is_reported_with_its_place()
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync($"http://{_server.Address}/v2/little/wrong/manifests/latest", TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var error = body.RootElement.GetProperty("errors")[0];
        Assert.Equal("MANIFEST_UNKNOWN", error.GetProperty("code").GetString());
        Assert.Contains("wrong.bst:4:9", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_that_is_no_blob_of_the_repository_is_not_there()
    {
        await _server.GetManifestAsync("little/motd");
        var stored = Model.Content.Digest.Of("one\n"u8);
        using var client = new HttpClient();
        using var response = await client.GetAsync($"http://{_server.Address}/v2/little/motd/blobs/{stored}", TestContext.Current.CancellationToken);
        Assert.True(File.Exists(ObjectOf(stored)));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task A_layer_that_is_gone_is_built_again_under_its_digest()
    {
        var layer = await LayerOfAsync("little/motd");
        File.Delete(ObjectOf(layer));
        Assert.Equal(layer, Model.Content.Digest.Of(await GetBlobAsync("little/motd", layer)));
        Assert.True(File.Exists(ObjectOf(layer)));
    }

    [Fact]
    public async Task A_layer_is_built_again_though_all_content_is_gone()
    {
        var layer = await LayerOfAsync("little/motd");
        foreach (var gone in Directory.EnumerateFiles(Path.Combine(_server.Store, "cas"), "*", SearchOption.AllDirectories))
            File.Delete(gone);
        Assert.Equal(layer, Model.Content.Digest.Of(await GetBlobAsync("little/motd", layer)));
    }

    [Fact]
    public async Task A_layer_that_the_project_no_longer_makes_is_reported_as_missing()
    {
        var layer = await LayerOfAsync("little/motd");
        File.Delete(ObjectOf(layer));
        Write("project/files/motd", "other\n");
        while (await LayerOfAsync("little/motd") == layer)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        using var client = new HttpClient();
        using var response = await client.GetAsync($"http://{_server.Address}/v2/little/motd/blobs/{layer}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("the project has changed", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_occupied_port_is_a_sentence()
    {
        var outcome = await Tool.RunAsync(Checkout.Executable, ["serve", "--store", Path.Combine(_directory.FullName, "other"), "--listen", _server.Address]);
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Equal(
            $"{_server.Address} is in use. Stop the program that listens there, or choose another address with --listen HOST:PORT.\n", outcome.Errors);
    }

    [Fact]
    public async Task An_unknown_element_is_a_sentence()
    {
        var outcome = await Tool.RunAsync(Checkout.Executable,
            ["-C", Path.Combine(_directory.FullName, "project"), "--store", _server.Store, "build", "nothing.bst"]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("nothing.bst", outcome.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Errors, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await Tool.RunAsync("rm", ["-rf", _directory.FullName]);
    }

    /// <summary>What an image's digest becomes, once it changes.</summary>
    private async Task<string?> ChangedAsync(string repository, string? before)
    {
        string? after;
        do
            (_, after) = await _server.GetManifestAsync(repository);
        while (after == before);
        return after;
    }

    /// <summary>The digest of the image's last layer.</summary>
    private async Task<Model.Content.Digest> LayerOfAsync(string repository)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{_server.Address}/v2/{repository}/manifests/latest");
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.oci.image.manifest.v1+json");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        using var manifest = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return Model.Content.Digest.Parse(manifest.RootElement.GetProperty("layers").EnumerateArray().Last().GetProperty("digest").GetString());
    }

    private async Task<byte[]> GetBlobAsync(string repository, Model.Content.Digest digest)
    {
        using var client = new HttpClient();
        return await client.GetByteArrayAsync(new Uri($"http://{_server.Address}/v2/{repository}/blobs/{digest}"), TestContext.Current.CancellationToken);
    }

    private string ObjectOf(Model.Content.Digest digest) => Path.Combine(_server.Store, "cas", digest.Hex[..2], digest.Hex[2..]);

    // At once, from outside of the project, as the server may be reading it.
    private void Write(string path, string text)
    {
        var file = Path.Combine(_directory.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var fresh = Path.Combine(_directory.FullName, "fresh");
        File.WriteAllText(fresh, text);
        File.Move(fresh, file, overwrite: true);
    }
}
