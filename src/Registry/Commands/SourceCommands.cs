using System.CommandLine;
using Bistro.Builder.Sources;
using Bistro.Model.Elements;
using Bistro.Model.Projects;
using Bistro.Registry.Server;

namespace Bistro.Registry.Commands;

/// <summary><c>bistro source fetch</c> and <c>bistro source track</c>.</summary>
public static class SourceCommands
{
    public static Command Create(MainOptions main) => new("source", "Fetch and track sources") { Fetch(main), Track(main) };

    private static Command Fetch(MainOptions main)
    {
        var elements = Elements();
        var dependencies = Dependencies("none");
        var command = new Command("fetch", "Download sources into the store") { elements, dependencies };
        command.SetAction((result, cancellationToken) => CommandAction.RunAsync(main.Output.IsDebug(result), async () =>
        {
            await using var services = main.OpenServices(result);
            var (_, selected) = await SelectAsync(services, result, elements, dependencies, cancellationToken);
            foreach (var element in selected)
            {
                if (element.Kind.Name == JunctionKind.KindName)
                    await services.Builds.Junctions.FetchAsync(element, isOptional: false, cancellationToken);
                if (element.Sources.All(services.Builds.Sources.IsFetched))
                    continue;
                Console.WriteLine($"fetching {element.FullName}");
                await services.Builds.Sources.StageAsync(element, Stream.Null, cancellationToken);
            }
            return 0;
        }));
        return command;
    }

    private static Command Track(MainOptions main)
    {
        var elements = Elements();
        var dependencies = Dependencies("none");
        var unfetched = new Option<bool>("--unfetched") { Description = "Track only elements whose sources are not in the store yet" };
        var command = new Command("track", "Write the newest refs into the project") { elements, dependencies, unfetched };
        command.SetAction((result, cancellationToken) => CommandAction.RunAsync(main.Output.IsDebug(result), async () =>
        {
            await using var services = main.OpenServices(result);
            var sources = services.Builds.Sources;
            var (top, selected) = await SelectAsync(services, result, elements, dependencies, cancellationToken);
            var refs = new RefWriter(top);
            foreach (var element in selected)
            {
                if (result.GetValue(unfetched) && element.Keys.AreResolved && element.Sources.All(sources.IsFetched))
                    continue;
                foreach (var tracked in await sources.TrackAsync(element, Stream.Null, cancellationToken))
                {
                    refs.Add(element, tracked);
                    if (tracked.IsChanged)
                        Console.WriteLine($"{element.FullName}: the {tracked.Source.Kind.Name} source has a new ref");
                }
            }
            refs.Save();
            return 0;
        }));
        return command;
    }

    private static async Task<(Project Top, IReadOnlyList<Element> Selected)> SelectAsync(
        CommandServices services, ParseResult result, Argument<string[]> elements, Option<string> dependencies, CancellationToken cancellationToken)
    {
        var loaded = await services.Loader.LoadAsync(result.GetValue(elements)!, cancellationToken);
        return (loaded.Project, new ElementSelection(result.GetValue(dependencies)!).Of(loaded.Targets, []));
    }

    private static Argument<string[]> Elements() =>
        new("ELEMENT") { Description = "Elements (default: the project's default targets)", Arity = ArgumentArity.ZeroOrMore };

    private static Option<string> Dependencies(string standard)
    {
        var option = new Option<string>("--deps", "-d") { Description = "Which dependencies to include", DefaultValueFactory = _ => standard };
        option.AcceptOnlyFromAmong([.. ElementSelection.DependencyModes]);
        return option;
    }
}
