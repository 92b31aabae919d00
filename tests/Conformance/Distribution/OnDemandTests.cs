using System.Net;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Images.Oci;
using Bistro.Model.Content;
using Bistro.Registry.Names;
using Bistro.Registry.OnDemand;

using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

/// <summary>What clients see of a repository that is served from a project.</summary>
public sealed class OnDemandTests : IAsyncLifetime
{
    private const string Image = "/v2/project/hello/manifests/latest";

    private FakeProjects _projects = null!;
    private RunningRegistry _registry = null!;

    private HttpClient Client => _registry.Client;

    public async ValueTask InitializeAsync() => _registry = await RunningRegistry.StartAsync(onDemand: content => _projects = new FakeProjects(content));

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Fact]
    public async Task Built_image_is_pulled_with_its_blobs()
    {
        var manifest = await Client.SendAsync("GET", Image);
        Assert.Equal(Sha256(_projects.Manifest), manifest.Header("Docker-Content-Digest"));
        Assert.Equal(_projects.Manifest, await manifest.BytesAsync());
        var layer = await Client.SendAsync("GET", $"/v2/project/hello/blobs/{Sha256(_projects.Layer)}");
        Assert.Equal(_projects.Layer, await layer.BytesAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await Client.SendAsync("GET", $"/v2/other/blobs/{Sha256(_projects.Layer)}")).StatusCode);
    }

    [Theory]
    [InlineData("containers/5.32.0 (github.com/containers/image)", 280, HttpStatusCode.TooManyRequests)]
    [InlineData("containerd/2.1.9+unknown", 280, HttpStatusCode.TooManyRequests)]
    [InlineData("containerd/2.3.0", 25, HttpStatusCode.TooManyRequests)]
    [InlineData("docker/29.1.0 go/go1.25 kernel/6.1", 25, HttpStatusCode.TooManyRequests)]
    [InlineData("docker/28.0.1 go/go1.23", 280, HttpStatusCode.TooManyRequests)]
    [InlineData("crane/0.20.7 go-containerregistry/0.20.7", 280, HttpStatusCode.ServiceUnavailable)]
    public async Task Client_is_held_as_long_as_it_waits_and_then_asked_to_retry(string userAgent, int seconds, HttpStatusCode status)
    {
        _projects.Answer = new OnDemandAnswer.StillBuilding(TimeSpan.FromSeconds(3));
        var response = await Client.SendAsync("GET", Image, null, $"User-Agent: {userAgent}");
        await response.RefusedAsync(status, "TOOMANYREQUESTS");
        Assert.Equal("3", response.Header("Retry-After"));
        Assert.Equal(TimeSpan.FromSeconds(seconds), _projects.Asked!.MaxWait);
    }

    [Fact]
    public async Task Failed_build_is_reported_in_the_body_of_get_and_the_warning_of_head()
    {
        _projects.Answer = new OnDemandAnswer.Failed(new BuildFailure("components/hello.bst", "'make' ended with exit code 2.", ["cc: error"], "hello-1"));
        var get = await Client.SendAsync("GET", Image);
        await get.RefusedAsync(HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        Assert.Equal(
            "components/hello.bst: 'make' ended with exit code 2.\n  cc: error\nThe whole log: hello-1",
            (await get.JsonAsync()).GetProperty("errors")[0].GetProperty("message").GetString());
        var head = await Client.SendAsync("HEAD", Image);
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        Assert.StartsWith("299 - \"components/hello.bst: 'make' ended", head.Header("Warning"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("containerd/2.1.9+unknown")]
    [InlineData("containerd/1.7.24")]
    [InlineData("oras/1.3.3")]
    public async Task Failed_build_is_a_403_with_a_reason_phrase_for_clients_that_hide_what_a_404_says(string userAgent)
    {
        _projects.Answer = new OnDemandAnswer.Failed(new BuildFailure("components/hello.bst", "'make' ended with exit code 2\u20ac.\nSo it is.", ["cc: error"], "hello-1"));
        var get = await Client.SendAsync("GET", Image, null, $"User-Agent: {userAgent}");
        await get.RefusedAsync(HttpStatusCode.Forbidden, "DENIED");
        Assert.Contains("cc: error", (await get.JsonAsync()).GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        var head = await Client.SendAsync("HEAD", Image, null, $"User-Agent: {userAgent}");
        Assert.Equal(HttpStatusCode.Forbidden, head.StatusCode);
        Assert.Equal("components/hello.bst: 'make' ended with exit code 2?. So it is. Log: hello-1", head.ReasonPhrase);
        _projects.Answer = new OnDemandAnswer.Unknown("There is no such image.");
        await (await Client.SendAsync("GET", Image, null, $"User-Agent: {userAgent}")).RefusedAsync(HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
    }

    [Theory]
    [InlineData("containers/5.32.0 (github.com/containers/image)", HttpStatusCode.TooManyRequests)]
    [InlineData("crane/0.20.7 go-containerregistry/0.20.7", HttpStatusCode.ServiceUnavailable)]
    public async Task What_cannot_be_fetched_at_present_is_asked_for_again(string userAgent, HttpStatusCode status)
    {
        _projects.Answer = new OnDemandAnswer.Unavailable("The junction 'sub.bst' cannot be fetched at present.", TimeSpan.FromSeconds(1.5));
        var response = await Client.SendAsync("GET", Image, null, $"User-Agent: {userAgent}");
        await response.RefusedAsync(status, "TOOMANYREQUESTS");
        Assert.Equal("2", response.Header("Retry-After"));
        Assert.Contains("sub.bst", (await response.JsonAsync()).GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tags_are_those_of_the_project()
    {
        var json = await (await Client.SendAsync("GET", "/v2/project/hello/tags/list?n=1")).JsonAsync();
        Assert.Equal("latest", json.GetProperty("tags")[0].GetString());
        await (await Client.SendAsync("GET", "/v2/project/none/tags/list")).RefusedAsync(HttpStatusCode.NotFound, "NAME_UNKNOWN");
    }

    [Fact]
    public async Task Catalogue_has_the_project_too()
    {
        await Client.PushBlobAsync("ordinary", []);
        var json = await (await Client.SendAsync("GET", "/v2/_catalog")).JsonAsync();
        Assert.Equal(["ordinary", "project/hello"], json.GetProperty("repositories").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task Images_cannot_be_pushed_or_deleted()
    {
        var body = Typed(_projects.Manifest, MediaTypes.Manifest);
        await (await Client.SendAsync("PUT", Image, body)).RefusedAsync(HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
        await (await Client.SendAsync("DELETE", Image)).RefusedAsync(HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
    }

    [Fact]
    public async Task Signature_is_attached_to_an_image()
    {
        var subject = $$""","subject":{"mediaType":"{{MediaTypes.Manifest}}","digest":"{{Sha256(_projects.Manifest)}}","size":1}""";
        var config = await Client.PushBlobAsync("project/hello", Encoding.UTF8.GetBytes("{}"));
        var signature = ClientExtensions.Image(config, 2, config, 2, subject);
        await Client.PushManifestAsync("project/hello", Sha256(signature), signature);
        var referrers = await (await Client.SendAsync("GET", $"/v2/project/hello/referrers/{Sha256(_projects.Manifest)}")).JsonAsync();
        Assert.Equal(Sha256(signature), referrers.GetProperty("manifests")[0].GetProperty("digest").GetString());
        Assert.Equal(signature, await (await Client.SendAsync("GET", $"/v2/project/hello/manifests/{Sha256(signature)}")).BytesAsync());
    }

    [Fact]
    public async Task Client_that_leaves_ends_only_its_own_waiting()
    {
        var build = new TaskCompletionSource<OnDemandAnswer>();
        _projects.Running = build.Task;
        using (var impatient = new CancellationTokenSource())
        {
            var leaving = Client.GetAsync(Image, impatient.Token);
            await _projects.Waiting.Task;
            await impatient.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        }

        var staying = Client.SendAsync("GET", Image);
        build.SetResult(_projects.Answer);
        Assert.Equal(HttpStatusCode.OK, (await staying).StatusCode);
    }

    /// <summary>One project with one image, in the store like any other.</summary>
    private sealed class FakeProjects : IOnDemandRepositories
    {
        private static readonly RepositoryName Hello = RepositoryName.Parse("project/hello");

        public FakeProjects(ContentStore content)
        {
            Manifest = ClientExtensions.Image(Sha256([]), 0, Sha256(Layer), Layer.Length);
            var batch = content.BeginBatch();
            batch.Add(Layer);
            var digest = batch.Add(Manifest).Hash;
            batch.CommitAsync(TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
            Answer = new OnDemandAnswer.Found(digest, MediaTypes.Manifest);
        }

        public byte[] Layer { get; } = RandomBytes(100);

        public byte[] Manifest { get; }

        public OnDemandAnswer Answer { get; set; }

        public OnDemandRequest? Asked { get; private set; }

        public Task<OnDemandAnswer>? Running { get; set; }

        public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Owns(RepositoryName repository) => repository.Value.StartsWith("project/", StringComparison.Ordinal);

        public async ValueTask<OnDemandAnswer> ResolveAsync(OnDemandRequest request, CancellationToken cancellationToken)
        {
            Asked = request;
            Waiting.TrySetResult();
            return Running is null ? Answer : await Running.WaitAsync(cancellationToken);
        }

        public ValueTask<OnDemandAnswer> RestoreAsync(OnDemandRequest request, CancellationToken cancellationToken) =>
            ValueTask.FromResult<OnDemandAnswer>(new OnDemandAnswer.Unknown("It was evicted, and its source is gone."));

        public ValueTask<OnDemandTags> ListTagsAsync(RepositoryName repository, TimeSpan maxWait, CancellationToken cancellationToken) =>
            ValueTask.FromResult<OnDemandTags>(repository == Hello
                ? new OnDemandTags.Listed(["main", "latest"])
                : new OnDemandTags.Refused(new OnDemandAnswer.Unknown(null)));

        public ValueTask<bool> HasBlobAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken) =>
            ValueTask.FromResult(repository == Hello && digest == Digest.Of(Layer));

        public IReadOnlyCollection<RepositoryName> List() => [Hello];

        public void Clear()
        {
        }
    }
}
