using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Bistro.Builder.Errors;
using Bistro.Model.Content;
using Bistro.Model.Sources;
using Bistro.Unit.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Bistro.Conformance.Sources;

/// <summary>Downloads from a real web server, with what servers do to one.</summary>
public sealed class DownloaderTests : IAsyncLifetime
{
    private static readonly Digest Hello = Digest.Of("hello"u8);

    private readonly SourceFixture _sources = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private WebApplication _server = null!;
    private string _url = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Use((context, next) =>
        {
            _requests.Enqueue($"{context.Request.Path}{(context.Request.Headers.IfNoneMatch.Count > 0 ? " again" : "")}");
            return next(context);
        });
        _server.MapGet("/hello", () => "hello");
        _server.MapGet("/tagged", (HttpRequest request, HttpResponse response) =>
        {
            response.Headers.ETag = "\"v1\"";
            return request.Headers.IfNoneMatch == "\"v1\"" ? Results.StatusCode(304) : Results.Text("hello");
        });
        _server.MapGet("/busy", () => Results.StatusCode(503));
        _server.MapGet("/moved", () => Results.Redirect("/hello"));
        _server.MapGet("/circle", () => Results.Redirect("/circle"));
        _server.MapGet("/away", (string to, HttpResponse response) =>
        {
            response.StatusCode = 302;
            response.Headers.Location = to;
        });
        _server.MapGet("/cut", async (HttpContext context) =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("hello");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        var interruptions = 0;
        _server.MapGet("/interrupted", async (HttpContext context) =>
        {
            if (interruptions++ > 0)
                return Results.Bytes("hello"u8.ToArray(), entityTag: new EntityTagHeaderValue("\"v1\""), enableRangeProcessing: true);
            await SendHalfAsync(context);
            return Results.Empty;
        });
        _server.MapGet("/changed", async (HttpContext context) =>
        {
            if (context.Request.Headers.IfRange.Count > 0)
                return Results.Bytes("hello"u8.ToArray(), entityTag: new EntityTagHeaderValue("\"v2\""), enableRangeProcessing: true);
            await SendHalfAsync(context);
            return Results.Empty;
        });
        _server.MapGet("/private", (HttpRequest request) =>
            request.Headers.Authorization == "Basic bWU6c2VjcmV0" ? Results.Text("hello") : Results.StatusCode(401));
        await _server.StartAsync(TestContext.Current.CancellationToken);
        _url = _server.Urls.Single();
    }

    [Theory]
    [InlineData("/hello")]
    [InlineData("/moved")]
    public async Task A_file_is_kept_by_its_sha256(string path)
    {
        Assert.Equal([$"/{path[1..]} = hello"], await _sources.TextAsync(Remote(path)));
        var requests = _requests.Count;
        await _sources.StageAsync(Remote(path));
        Assert.Equal(requests, _requests.Count);
    }

    [Theory]
    [InlineData("file:///etc/passwd", "file:///etc/passwd, and only http and https URLs are followed")]
    [InlineData("ftp://me:secret@host/x", "ftp://host/x, and only http and https URLs are followed")]
    public async Task A_redirect_to_another_scheme_is_not_followed_and_names_it(string to, string told)
    {
        var failure = await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync(Remote($"/away?to={Uri.EscapeDataString(to)}")));
        Assert.Contains($"{_url}/away", failure.Message);
        Assert.Contains($"the server redirects to {told}.", failure.Message);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end_and_are_named()
    {
        var failure = await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync(Remote("/circle")));
        Assert.Contains($"{_url}/circle cannot be downloaded: the server redirects more than 20 times, at last to {_url}/circle.", failure.Message);
    }

    [Fact]
    public async Task What_is_not_there_is_no_passing_failure()
    {
        var failure = await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync(Remote("/nothing")));
        Assert.Equal($"{_url}/nothing cannot be downloaded: the server answered 404 Not Found.", failure.Message);
        Assert.False(failure.IsTransient);
    }

    [Theory]
    [InlineData("/busy")]
    [InlineData("/cut")]
    public async Task A_server_that_has_a_bad_moment_may_be_asked_again(string path) =>
        Assert.True((await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync(Remote(path)))).IsTransient);

    [Fact]
    public async Task A_download_that_is_cut_off_goes_on_where_it_stopped()
    {
        Assert.Equal(["/interrupted = hello"], await _sources.TextAsync(Remote("/interrupted")));
        Assert.Equal(["/interrupted", "/interrupted"], _requests);
    }

    [Fact]
    public async Task Halves_of_two_states_of_a_file_are_not_put_together()
    {
        Assert.True((await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync(Remote("/changed")))).IsTransient);
        Assert.Equal(["/changed", "/changed"], _requests);
    }

    [Fact]
    public async Task A_refused_connection_is_a_transient_failure()
    {
        // Bound, so that no other program gets the port, but not listening.
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var source = $"{{kind: remote, url: 'http://{silent.LocalEndPoint}/hello', ref: {Hello.Hex}}}";
        Assert.True((await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync(source))).IsTransient);
    }

    [Fact]
    public async Task Another_content_than_the_ref_says_is_refused_and_not_kept()
    {
        var failure = await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync(Remote("/hello", Digest.Of("other"u8))));
        Assert.Contains(Hello.Hex, failure.Message);
        Assert.False(failure.IsTransient);
        await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync(Remote("/hello", Digest.Of("other"u8))));
        Assert.Equal(["/hello", "/hello"], _requests);
    }

    [Fact]
    public async Task Mirrors_are_asked_in_their_order_until_one_has_it()
    {
        Assert.Equal(["/nothing = hello"], _sources.Trees.Text(await _sources.StageAsync(Mirrored("/nothing", "/busy", "/hello", "/moved"))));
        Assert.Equal(["/nothing", "/busy", "/hello"], _requests);
    }

    [Fact]
    public async Task When_no_mirror_has_it_all_of_them_are_named()
    {
        var failure = await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync(Mirrored("/nothing", "/busy")));
        Assert.Contains("/nothing cannot be downloaded", failure.Message);
        Assert.Contains("/busy cannot be downloaded", failure.Message);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public async Task Tracking_an_unchanged_file_does_not_download_it_again()
    {
        var source = $"{{kind: remote, url: '{_url}/tagged'}}";
        Assert.Equal(Hello.Hex, (await _sources.TrackAsync(source))!.Text("ref"));
        Assert.Equal(Hello.Hex, (await _sources.TrackAsync(source))!.Text("ref"));
        Assert.Equal(["/tagged", "/tagged again"], _requests);
    }

    [Fact]
    public async Task Credentials_of_the_url_are_sent_but_never_shown()
    {
        var url = _url.Replace("//", "//me:secret@", StringComparison.Ordinal);
        Assert.Equal(["/private = hello"], await _sources.TextAsync($"{{kind: remote, url: '{url}/private', ref: {Hello.Hex}}}"));
        var failure = await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync($"{{kind: remote, url: '{url}/nothing', ref: {Digest.Of("x"u8).Hex}}}"));
        Assert.DoesNotContain("secret", failure.Message);
        Assert.DoesNotContain("secret", failure.Url);
    }

    [Fact]
    public async Task A_url_of_another_scheme_is_refused() =>
        Assert.Contains("only http, https and file", (await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync($"{{kind: remote, url: 'gopher://x/y', ref: {Hello.Hex}}}"))).Message);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _sources.Dispose();
    }

    private static async Task SendHalfAsync(HttpContext context)
    {
        context.Response.Headers.ETag = "\"v1\"";
        context.Response.ContentLength = 5;
        await context.Response.WriteAsync("he");
        await context.Response.Body.FlushAsync();
    }

    private string Remote(string path, Digest? digest = null) => $"{{kind: remote, url: '{_url}{path}', ref: {(digest ?? Hello).Hex}}}";

    private Source Mirrored(params string[] paths)
    {
        var source = SourceFixture.Configure(Remote(paths[0]));
        return source with { Draft = source.Draft with { DownloadUrls = _ => [.. paths.Select(path => new MirrorUrl(_url + path))] } };
    }
}
