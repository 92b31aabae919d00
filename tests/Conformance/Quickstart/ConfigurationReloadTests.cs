using System.Net;
using System.Net.Http.Headers;
using System.Text;

// The helpers of this class pass the test's token on.
#pragma warning disable xUnit1069

namespace Bistro.Conformance.Quickstart;

/// <summary>SIGHUP: the real executable reads its configuration again while it serves.</summary>
public sealed class ConfigurationReloadTests : IAsyncDisposable
{
    private const string InForce = "Read the configuration again";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-reload-");
    private readonly HttpClient _client = new();
    private BistroServer? _server;
    private int _reloads;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact(Timeout = 120_000)]
    public async Task Projects_come_change_and_go()
    {
        WriteProject("one");
        WriteProject("two");
        await StartAsync("projects:\n  one: {path: one}\n");
        Assert.Equal(HttpStatusCode.OK, await GetAsync("one/app/tags/list"));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync("two/app/tags/list"));
        await ReloadAsync("projects:\n  one: {path: one, images: {other: app.bst}}\n  two: {path: two}\n");
        Assert.Equal(HttpStatusCode.OK, await GetAsync("one/other/tags/list"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("two/app/tags/list"));
        await ReloadAsync("projects:\n  two: {path: two}\n");
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync("one/app/tags/list"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("two/app/tags/list"));
        // And files of the new project are followed.
        Write("two/elements/app.bst", "nonsense: 1\n");
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync("two/app/manifests/latest"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_wrong_file_leaves_the_old_configuration_in_force_and_says_where_it_is_wrong()
    {
        WriteProject("one");
        await StartAsync("projects:\n  one: {path: one}\n");
        Write("bistro.yaml", "projects: {}\nlimits:\n  burst: none\n");
        await _server!.SignalAsync("HUP");
        await _server.WaitForLogAsync("the old one stays in force. ");
        Assert.Contains("bistro.yaml:3:10: ", _server.Log, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await GetAsync("one/app/tags/list"));
        File.Delete(At("bistro.yaml"));
        await _server.SignalAsync("HUP");
        await ReloadAsync("projects: {}\n");
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync("one/app/tags/list"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Auth_passwords_and_limits_change_at_once()
    {
        WriteProject("one");
        const string Projects = "projects:\n  one: {path: one}\n";
        Write("users", $"alice:{BCrypt.Net.BCrypt.HashPassword("first", 4)}\n");
        Write("others", $"alice:{BCrypt.Net.BCrypt.HashPassword("second", 4)}\n");
        await StartAsync(Projects);
        Assert.Equal(HttpStatusCode.OK, await GetAsync("one/app/tags/list"));
        await ReloadAsync($"{Projects}auth: {{htpasswd: users}}\n");
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("one/app/tags/list"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("one/app/tags/list", "first"));
        await ReloadAsync($"{Projects}auth: {{htpasswd: others}}\n");
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("one/app/tags/list", "first"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("one/app/tags/list", "second"));
        await ReloadAsync($"{Projects}auth: {{htpasswd: others, access: [{{who: alice, repositories: other, actions: pull}}]}}\n");
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("one/app/tags/list", "second"));
        await ReloadAsync($"{Projects}limits: {{requests-per-second: 1, burst: 2}}\n");
        HttpStatusCode[] answers = [await GetAsync("one/app/tags/list"), await GetAsync("one/app/tags/list"), await GetAsync("one/app/tags/list"), await GetAsync("one/app/tags/list")];
        Assert.Contains(HttpStatusCode.OK, answers);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        await ReloadAsync(Projects);
        Assert.Equal(HttpStatusCode.OK, await GetAsync("one/app/tags/list"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_token_that_was_issued_before_stays_valid()
    {
        Write("users", $"alice:{BCrypt.Net.BCrypt.HashPassword("first", 4)}\n");
        await StartAsync("auth: {htpasswd: users, token: {}}\n");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server!.Loopback, "/token?service=bistro"));
        request.Headers.Authorization = Basic("first");
        using var issued = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        using var json = System.Text.Json.JsonDocument.Parse(await issued.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var token = json.RootElement.GetProperty("token").GetString();
        await ReloadAsync("auth: {htpasswd: users, token: {}}\nlimits: {burst: 9, requests-per-second: 9}\n");
        using var ping = new HttpRequestMessage(HttpMethod.Get, new Uri(_server.Loopback, "/v2/"));
        ping.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _client.SendAsync(ping, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_cannot_change_is_named()
    {
        await StartAsync("limits: {connections: 100}\n");
        await ReloadAsync("limits: {connections: 200}\nlisten: localhost:4999\ncache: {quota: 1G}\nscheduler: {builders: 7}\n");
        foreach (var setting in (string[])["listen", "limits: connections", "cache", "scheduler: builders"])
            await _server!.WaitForLogAsync($"'{setting}' has changed, but cannot change while the server runs");
        Assert.DoesNotContain("'store' has changed", _server!.Log, StringComparison.Ordinal);
    }

    private async Task StartAsync(string configuration)
    {
        Write("bistro.yaml", configuration);
        _server = await BistroServer.StartAsync(At("store"), At("bistro.yaml"));
    }

    private async Task ReloadAsync(string configuration)
    {
        Write("bistro.yaml", configuration);
        await _server!.SignalAsync("HUP");
        await _server.WaitForLogAsync(InForce, ++_reloads);
    }

    private async Task<HttpStatusCode> GetAsync(string path, string? password = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server!.Loopback, $"/v2/{path}"));
        request.Headers.Authorization = password is null ? null : Basic(password);
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static AuthenticationHeaderValue Basic(string password) => new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"alice:{password}")));

    private string At(string path) => Path.Combine(_directory.FullName, path);

    private void WriteProject(string name)
    {
        Write($"{name}/project.conf", $"name: {name}\nmin-version: 2.0\nelement-path: elements\n");
        Write($"{name}/elements/app.bst", "kind: stack\n");
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At("new"), text);
        File.Move(At("new"), At(path), overwrite: true);
    }
}
