namespace Bistro.Conformance.Quickstart;

/// <summary>
/// A podman of the tests' own: all that it keeps is in a temporary directory, so that neither the user's podman nor one of another
/// test loses anything when it is reset. Hardened machines refuse podman's default runtime, cgroup manager and limits.
/// </summary>
internal sealed class Podman : IAsyncDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("bistro-podman-");

    public Podman()
    {
        File.WriteAllText(Path.Combine(_home.FullName, "containers.conf"), $"""
            [containers]
            default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
            [engine]
            runtime = "runc"
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            lock_type = "file"
            tmp_dir = "{_home.FullName}/tmp"
            [network]
            network_config_dir = "{_home.FullName}/networks"
            """);
        File.WriteAllText(Path.Combine(_home.FullName, "storage.conf"), $"""
            [storage]
            driver = "overlay"
            graphroot = "{_home.FullName}/storage"
            runroot = "{_home.FullName}/run"
            """);
        File.WriteAllText(Path.Combine(_home.FullName, "registries.conf"), "");
        File.WriteAllText(Path.Combine(_home.FullName, "auth.json"), "{}");
        Environment = new Dictionary<string, string>
        {
            ["CONTAINERS_CONF"] = Path.Combine(_home.FullName, "containers.conf"),
            ["CONTAINERS_STORAGE_CONF"] = Path.Combine(_home.FullName, "storage.conf"),
            ["REGISTRY_AUTH_FILE"] = Path.Combine(_home.FullName, "auth.json"),
            ["CONTAINERS_REGISTRIES_CONF"] = Path.Combine(_home.FullName, "registries.conf"),
        };
    }

    public IReadOnlyDictionary<string, string> Environment { get; }

    public string Home => _home.FullName;

    public Task<Tool.Outcome> RunAsync(params string[] arguments) => Tool.RunAsync("podman", arguments, Environment);

    /// <summary>Lets it pull from that address without TLS.</summary>
    public Task TrustAsync(string registry) => File.WriteAllTextAsync(Path.Combine(Home, "registries.conf"), $"""
        [[registry]]
        location = "{registry}"
        insecure = true
        """);

    /// <summary>Waits until the API answers.</summary>
    public async Task WaitForSocketAsync(string socket)
    {
        while ((await RunAsync("--remote", "--url", $"unix://{socket}", "version")).ExitCode != 0)
            await Task.Yield();
    }

    public async ValueTask DisposeAsync()
    {
        // The storage holds mounts and files of other owners: podman itself takes it down.
        await RunAsync("system", "reset", "--force");
        Directory.Delete(_home.FullName, recursive: true);
    }
}
