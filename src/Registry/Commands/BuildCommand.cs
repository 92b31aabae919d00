using System.CommandLine;
using Bistro.Model.Elements;

namespace Bistro.Registry.Commands;

/// <summary><c>bistro build</c>: builds elements and their dependencies.</summary>
public static class BuildCommand
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static Command Create(MainOptions main)
    {
        var elements = new Argument<string[]>("ELEMENT") { Description = "Elements (default: the project's default targets)", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("build", "Build elements and their dependencies") { elements };
        command.SetAction((result, cancellationToken) => CommandAction.RunAsync(main.Output.IsDebug(result), async () =>
        {
            await using var services = main.OpenServices(result);
            var targets = (await services.Loader.LoadAsync(result.GetValue(elements)!, cancellationToken)).Targets;
            // A junction is only built where it is named, as bst does.
            if (result.GetValue(elements)!.Length == 0)
                targets = [.. targets.Where(element => element.Kind.Name != JunctionKind.KindName)];
            await using var logFile = OpenLog(main.Output.LogFile(result));
            var display = new BuildDisplay(Console.Out, main.Output.Display(result, !Console.IsOutputRedirected), TimeProvider.System) { LogFile = logFile };
            await using var clock = TimeProvider.System.CreateTimer(_ => display.Refresh(), null, Second, Second);
            var report = await services.Builds.Scheduler.BuildAllAsync(targets, display.Show, cancellationToken);
            display.Finish(report);
            return report.IsComplete ? 0 : 1;
        }));
        return command;
    }

    private static StreamWriter? OpenLog(string? path) => path is null ? null : new StreamWriter(path) { AutoFlush = true };
}
