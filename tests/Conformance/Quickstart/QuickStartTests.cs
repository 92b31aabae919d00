using System.Net;
using System.Text.Json;

namespace Bistro.Conformance.Quickstart;

/// <summary>What the README promises, done by the clients that it names.</summary>
[Collection(nameof(SampleServer))]
public sealed class QuickStartTests(SampleServer sample)
{
    private string Hello => $"{sample.Server.Address}/freedesktop-sdk/hello";

    [Fact]
    public void Fifty_pulls_of_a_cold_image_get_one_digest_of_one_build()
    {
        Assert.All(sample.ColdPulls, pull => Assert.Equal(HttpStatusCode.OK, pull.Status));
        Assert.Single(sample.ColdPulls.Select(pull => pull.Digest).Distinct());
        var logs = Path.Combine(sample.Server.Store, "logs", "freedesktop-sdk", "components-hello");
        Assert.Single(Directory.EnumerateFiles(logs, "*-build.*"));
    }

    [Fact]
    public async Task Podman_pulls_hello_and_runs_it()
    {
        await using var podman = new Podman();
        (await podman.RunAsync("pull", "--tls-verify=false", Hello)).Succeeded();
        Assert.Equal("Hello, world!\n", (await podman.RunAsync("run", "--rm", "--network", "none", Hello)).Succeeded());
    }

    [Fact]
    public async Task Podman_pulls_the_greeter_from_the_project_downstream()
    {
        await using var podman = new Podman();
        var image = $"{sample.Server.Address}/greeter/greeter";
        (await podman.RunAsync("pull", "--tls-verify=false", image)).Succeeded();
        Assert.Contains("Bistro", (await podman.RunAsync("run", "--rm", "--network", "none", image, "Bistro")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Skopeo_copies_the_very_manifest()
    {
        var target = Directory.CreateTempSubdirectory("bistro-skopeo-");
        try
        {
            (await Tool.RunAsync("skopeo", ["copy", "--src-tls-verify=false", "--preserve-digests", $"docker://{Hello}", $"dir:{target.FullName}"])).Succeeded();
            var manifest = await File.ReadAllBytesAsync(Path.Combine(target.FullName, "manifest.json"), TestContext.Current.CancellationToken);
            Assert.Equal(sample.ColdPulls[0].Digest, Model.Content.Digest.Of(manifest).ToString());
        }
        finally
        {
            target.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_checkout_writes_podman_loads()
    {
        await using var podman = new Podman();
        var archive = Path.Combine(podman.Home, "hello.tar");
        (await Tool.RunAsync(Checkout.Executable,
        [
            "-C", Path.Combine(Checkout.Root, "samples", "freedesktop-sdk"), "--store", sample.Server.Store, "checkout", "oci/hello.bst", "--tar", archive,
        ])).Succeeded();
        var loaded = (await podman.RunAsync("load", "-i", archive)).Succeeded();
        var name = loaded[(loaded.LastIndexOf(' ') + 1)..].Trim();
        Assert.Equal("Hello, world!\n", (await podman.RunAsync("run", "--rm", "--network", "none", name)).Succeeded());
    }

    [Fact]
    public async Task Shell_runs_a_command_in_the_staged_sandbox()
    {
        var outcome = await Tool.RunAsync(Checkout.Executable,
        [
            "-C", Path.Combine(Checkout.Root, "samples", "freedesktop-sdk"), "--store", sample.Server.Store, "shell", "components/hello.bst", "--", "/usr/bin/hello",
        ]);
        Assert.Equal("Hello, world!\n", outcome.Succeeded());
    }

    [Fact]
    public async Task Hello_has_the_same_digest_in_another_store() =>
        Assert.Equal(sample.ColdPulls[0].Digest, await sample.DigestElsewhereAsync());

    [Fact]
    public async Task Show_prints_state_key_and_name_of_what_was_built()
    {
        var outcome = await Tool.RunAsync(Checkout.Executable,
        [
            "show", "-C", Path.Combine(Checkout.Root, "samples", "freedesktop-sdk"), "--store", sample.Server.Store, "--json", "--deps", "none", "oci/hello.bst",
        ]);
        using var json = JsonDocument.Parse(outcome.Succeeded());
        var element = json.RootElement.GetProperty("elements")[0];
        Assert.Equal("cached", element.GetProperty("state").GetString());
        Assert.Equal(64, element.GetProperty("full-key").GetString()!.Length);
    }
}
