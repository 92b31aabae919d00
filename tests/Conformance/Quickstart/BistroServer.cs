using System.Diagnostics;
using System.Net;
using System.Text;

namespace Bistro.Conformance.Quickstart;

/// <summary>The real executable, serving the samples on a loopback port of its own out of a store of its own.</summary>
internal sealed class BistroServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly List<(string Text, int Times, TaskCompletionSource Heard)> _awaited = [];
    private readonly TaskCompletionSource<string> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BistroServer(Process process, string store)
    {
        _process = process;
        Store = store;
    }

    public string Store { get; }

    /// <summary><c>localhost:PORT</c>, as it stands in an image's name.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The same for a client that looks up no names.</summary>
    public Uri Loopback => new($"http://127.0.0.1:{Address[(Address.LastIndexOf(':') + 1)..]}");

    public int ProcessId => _process.Id;

    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Asks as podman does, and waits for as long as the image takes.</summary>
    public async Task<(HttpStatusCode Status, string? Digest)> GetManifestAsync(string repository, TimeSpan? timeout = null)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        if (timeout is { } time)
            stop.CancelAfter(time);
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Address}/v2/{repository}/manifests/latest");
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json");
        using var response = await client.SendAsync(request, stop.Token);
        return (response.StatusCode, response.Headers.TryGetValues("Docker-Content-Digest", out var digests) ? digests.Single() : null);
    }

    /// <summary>Waits until the server has logged a text.</summary>
    /// <param name="text">A part of a line.</param>
    /// <param name="times">How often the server must have logged it.</param>
    public Task WaitForLogAsync(string text, int times = 1)
    {
        lock (_log)
        {
            if (HasLogged(text, times))
                return Task.CompletedTask;
            var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((text, times, heard));
            return heard.Task.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    // A cold build on a busy machine may take longer than podman is held for.
    private static readonly Dictionary<string, string> LongWaiting = new() { ["BISTRO_WAITING_DEFAULT"] = "3600" };

    public static async Task<BistroServer> StartAsync(string store, string? configuration = null, string listen = "localhost:0")
    {
        var process = Tool.Start(
            Checkout.Executable,
            ["serve", "-c", configuration ?? Path.Combine(Checkout.Root, "samples", "bistro.yaml"), "--store", store, "--listen", listen],
            LongWaiting);
        var server = new BistroServer(process, store);
        process.OutputDataReceived += (_, line) => server.Hear(line.Data);
        process.ErrorDataReceived += (_, line) => server.Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        server.Address = await server._listening.Task.WaitAsync(TestContext.Current.CancellationToken);
        return server;
    }

    private bool HasLogged(string text, int times) => _log.ToString().Split(text).Length > times;

    private void Hear(string? line)
    {
        if (line is null)
        {
            _listening.TrySetException(new InvalidOperationException($"The server ended: {Log}"));
            return;
        }
        lock (_log)
        {
            _log.AppendLine(line);
            foreach (var (_, _, heard) in _awaited.Where(awaited => line.Contains(awaited.Text, StringComparison.Ordinal) && HasLogged(awaited.Text, awaited.Times)))
                heard.TrySetResult();
        }
        // Listening on http://ADDRESS, or https.
        if (line.StartsWith("Listening on http", StringComparison.Ordinal))
            _listening.TrySetResult(line[(line.IndexOf("://", StringComparison.Ordinal) + 3)..].Trim().TrimEnd('/'));
    }

    /// <summary>Sends a signal by its name: <c>TERM</c>, <c>HUP</c>.</summary>
    public async Task SignalAsync(string name) => (await Tool.RunAsync("kill", [$"-{name}", $"{_process.Id}"])).Succeeded();

    /// <summary>The exit code, once the process has ended.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ends the process as a power cut would: it does nothing more.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
    }
}
