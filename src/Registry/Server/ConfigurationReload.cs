using Bistro.Model.Errors;
using Bistro.Registry.Configuration;
using Bistro.Registry.Endpoints;
using Bistro.Registry.OnDemand;

namespace Bistro.Registry.Server;

/// <summary>Reloads the configuration of a running server, either completely or not at all.</summary>
/// <param name="started">The configuration at the start of the server.</param>
/// <param name="options">The server's options at the start.</param>
/// <param name="read">Reads the current configuration.</param>
/// <param name="api">The API whose settings change.</param>
/// <param name="certificate">Null for plain HTTP.</param>
/// <param name="projects">The served projects.</param>
/// <param name="repositoriesOf">Creates the repositories of projects.</param>
/// <param name="log">The log for results.</param>
public sealed partial class ConfigurationReload(
    BistroConfiguration started,
    RegistryOptions options,
    Func<BistroConfiguration> read,
    DistributionApi api,
    ServedCertificate? certificate,
    ServedProjects projects,
    Func<IReadOnlyList<ProjectImages>, IOnDemandRepositories> repositoriesOf,
    ILogger<ConfigurationReload> log)
{
    private readonly BistroConfiguration _started = started;

    /// <summary>The configuration in force.</summary>
    public BistroConfiguration Current { get; private set; } = started;

    public void Run()
    {
        try
        {
            var fresh = read();
            Apply(fresh);
            Current = fresh;
        }
        catch (LoadException mistake)
        {
            LogRefused(mistake.Message);
            return;
        }
        catch (Exception failure)
        {
            // A file changed between its check and its use. Whatever it is, it does not end the server.
            LogRefused(failure.Message);
            return;
        }
        LogApplied(Current.File ?? "the environment");
        foreach (var setting in FixedSettings.Changed(_started, Current))
            LogFixed(setting);
    }

    private void Apply(BistroConfiguration fresh)
    {
        var serve = projects.Prepare(fresh, out var served);
        var answer = api.Prepare(fresh.Registry with { Listen = options.Listen, OnDemand = fresh.Waiting }, repositoriesOf(served));
        var show = fresh.Registry.Tls is { } tls ? certificate?.Prepare(tls) : null;
        answer();
        serve();
        show?.Invoke();
    }

    [LoggerMessage(LogLevel.Information, "Read the configuration again: {File} is in force.")]
    private partial void LogApplied(string file);

    [LoggerMessage(LogLevel.Error, "The configuration has a mistake; the old one stays in force. {Mistake}")]
    private partial void LogRefused(string mistake);

    [LoggerMessage(LogLevel.Warning, "'{Setting}' has changed, but cannot change while the server runs: restart it.")]
    private partial void LogFixed(string setting);
}
