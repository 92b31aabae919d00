using System.CommandLine;
using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Kinds;
using Bistro.Builder.Sources.Mirrors;
using Bistro.Model.Elements;
using Bistro.Model.Projects;
using Bistro.Registry.Configuration;

namespace Bistro.Registry.Commands;

/// <summary>The composition root: everything that the verbs work with, put together by configuration and command line.</summary>
public sealed class Workplace : IAsyncDisposable
{
    private Workplace(BistroConfiguration configuration, ProjectLoader loader)
    {
        Configuration = configuration;
        Loader = loader;
    }

    public BistroConfiguration Configuration { get; }

    /// <summary>Loads the project that <c>-C</c> names.</summary>
    public ProjectLoader Loader { get; }

    public ElementCaches Caches => ElementCaches.Empty;

    /// <summary>Every native kind.</summary>
    public static KindCatalog Kinds { get; } = new(ElementKinds.All, SourceKinds.All, SourceMirrorKinds.All);

    public static Workplace Open(MainOptions main, ParseResult command)
    {
        var here = Environment.CurrentDirectory;
        var file = ConfigurationFile.Find(command.GetValue(main.Config), here, Environment.GetEnvironmentVariable);
        var configuration = new ConfigurationReader(Environment.GetEnvironmentVariable).Read(file);
        configuration = configuration with
        {
            MaxJobs = command.GetValue(main.MaxJobs) ?? configuration.MaxJobs,
            Builders = command.GetValue(main.Builders) ?? configuration.Builders,
        };
        var request = LoadRequests.For(
            configuration,
            Path.GetFullPath(command.GetValue(main.Directory) ?? ".", here),
            OptionPairs.Split(command.GetValue(main.Options) ?? []),
            command.GetValue(main.NoStrict) ? false : command.GetValue(main.Strict) ? true : null);
        return new Workplace(configuration, new ProjectLoader(request, Kinds));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
