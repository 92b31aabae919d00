using System.CommandLine;
using Bistro.Builder.Errors;
using Bistro.Registry.Configuration;
using Bistro.Registry.Names;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Server;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Bistro.Registry.Commands;

/// <summary><c>bistro serve</c>: the registry.</summary>
public static partial class ServeCommand
{
    public const string Name = "serve";

    private const int ImagesToName = 3;

    public static Command Create(MainOptions main)
    {
        var listen = new Option<string?>("--listen") { Description = "The address to listen on (default: the configuration's, or localhost:5000)", HelpName = "HOST:PORT" };
        listen.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && ListenAddress.TryParse(given) is null)
                result.AddError(ListenAddress.Mistake(given));
        });
        var command = new Command(Name, "Serve the configured projects, and pushed images, as a container registry") { listen };
        command.SetAction((result, _) => CommandAction.RunAsync(main.Output.IsDebug(result), async () =>
        {
            await using var services = main.OpenServices(result, isServing: true);
            var address = result.GetValue(listen) is { } given ? ListenAddress.TryParse(given)! : services.Configuration.Listen;
            return await ServeAsync(services, address, () => main.ReadConfiguration(result, isServing: true));
        }));
        return command;
    }

    private static async Task<int> ServeAsync(CommandServices services, ListenAddress address, Func<BistroConfiguration> read)
    {
        using var signals = new ServerSignals();
        var configuration = services.Configuration;
        using var logging = LoggerFactory.Create(Log);
        using var projects = services.ServedProjects(logging);
        projects.Prepare(configuration, out var served)();
        var repositoriesOf = services.RepositoriesOf(logging);
        var parts = services.RegistryParts(repositoriesOf(served), logging) with { Loops = [projects.Checks] };
        var options = configuration.Registry with { Listen = [.. ListenEndPoints.Of(address)], OnDemand = configuration.Waiting };
        await using var app = RegistryServer.Build(options, parts, Log);
        try
        {
            await app.StartAsync(signals.Stopping);
        }
        catch (Exception failure) when (ListenEndPoints.Describe(address, failure) is { } sentence)
        {
            throw new UsageException(sentence, failure);
        }
        Announce(address with { Port = PortOf(app) }, options.Tls is not null, served);
        if (options.Auth is null && !address.IsLoopback)
            LogOpen(logging.CreateLogger(typeof(ServeCommand)), address);
        var reload = new ConfigurationReload(
            configuration, options, read, app.Services.GetRequiredService<DistributionApi>(), app.Services.GetService<ServedCertificate>(),
            projects, repositoriesOf, logging.CreateLogger<ConfigurationReload>());
        await foreach (var _ in signals.Reloads)
            reload.Run();
        await StopAsync(app, reload.Current.ShutdownTimeout);
        return 0;
    }

    /// <summary>Refuses new connections and waits for running requests.</summary>
    private static async Task StopAsync(WebApplication app, TimeSpan timeout)
    {
        using var stopTimeout = new CancellationTokenSource(timeout);
        try
        {
            await app.StopAsync(stopTimeout.Token);
        }
        catch (OperationCanceledException)
        {
            // The remaining requests were cut off.
        }
    }

    private static void Announce(ListenAddress address, bool isSecure, IEnumerable<ProjectImages> projects)
    {
        Console.WriteLine($"Listening on {(isSecure ? "https" : "http")}://{address}");
        foreach (var project in projects)
            foreach (var image in project.List().Select(image => $"{project.Project.Name}/{image.ToLowerInvariant()}").Where(name => RepositoryName.TryParse(name, out _)).Take(ImagesToName))
                Console.WriteLine($"  podman pull {(isSecure ? "" : "--tls-verify=false ")}{address.ForLocalClients}/{image}");
    }

    private static int PortOf(WebApplication app)
    {
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return BindingAddress.Parse(bound).Port;
    }

    private static void Log(ILoggingBuilder logging) => logging
        .ClearProviders()
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        })
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        // The command reports a failed start in one sentence, without a stack trace.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

    [LoggerMessage(
        LogLevel.Warning,
        "The server listens on {Address} without 'auth': all clients that can reach it may pull and start builds, and none may push. See 'auth' in docs/configuration.md.")]
    private static partial void LogOpen(ILogger logger, ListenAddress address);
}
