using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Bistro.Builder.Scheduling;
using Bistro.Registry.Configuration;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Server;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Bistro.Registry.Commands;

/// <summary><c>bistro serve</c>: the registry.</summary>
public static class ServeCommand
{
    private const int ImagesToName = 3;

    public static Command Create(MainOptions main)
    {
        var listen = new Option<string?>("--listen") { Description = "The address to listen on (default: the configuration's, or localhost:5000)", HelpName = "HOST:PORT" };
        var command = new Command("serve", "Serve the configured projects, and pushed images, as a container registry") { listen };
        command.SetAction((result, cancellationToken) => CommandAction.RunAsync(async () =>
        {
            await using var services = main.OpenServices(result, FailurePolicy.Continue, isServing: true);
            var address = result.GetValue(listen) is { } given
                ? ListenAddress.TryParse(given) ?? throw new IOException($"'{given}' is not an address to listen on. Write HOST:PORT, such as localhost:5000.")
                : services.Configuration.Listen;
            return await ServeAsync(services, address, cancellationToken);
        }));
        return command;
    }

    private static async Task<int> ServeAsync(CommandServices services, ListenAddress address, CancellationToken cancellationToken)
    {
        var configuration = services.Configuration;
        var projects = services.ServedProjects();
        using var logging = LoggerFactory.Create(Log);
        var parts = services.RegistryParts(projects, logging);
        var options = configuration.Registry with { Listen = [.. EndPoints(address)], OnDemand = configuration.Waiting };
        await using var app = RegistryServer.Build(options, parts, Log);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException failure) when (failure.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new IOException($"{address} is in use. Stop the program that listens there, or choose another address with --listen HOST:PORT.");
        }
        Announce(address with { Port = PortOf(app) }, options.Tls is not null, projects);
        await app.WaitForShutdownAsync(cancellationToken);
        foreach (var project in projects)
            project.Dispose();
        return 0;
    }

    private static void Announce(ListenAddress address, bool isSecure, IEnumerable<ProjectImages> projects)
    {
        Console.WriteLine($"Listening on {(isSecure ? "https" : "http")}://{address}");
        foreach (var project in projects)
            foreach (var image in project.List().Take(ImagesToName))
                Console.WriteLine($"  podman pull {(isSecure ? "" : "--tls-verify=false ")}{address}/{project.Project.Name}/{image}");
    }

    private static int PortOf(WebApplication app)
    {
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return BindingAddress.Parse(bound).Port;
    }

    private static IEnumerable<IPEndPoint> EndPoints(ListenAddress address)
    {
        if (address.Host == "*")
        {
            yield return new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, address.Port);
            yield break;
        }
        if (address.Host != "localhost")
        {
            yield return new IPEndPoint(IPAddress.Parse(address.Host), address.Port);
            yield break;
        }
        yield return new IPEndPoint(IPAddress.Loopback, address.Port);
        // The system would choose a different free port for each address.
        if (Socket.OSSupportsIPv6 && address.Port != 0)
            yield return new IPEndPoint(IPAddress.IPv6Loopback, address.Port);
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
}
