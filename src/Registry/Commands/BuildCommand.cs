using System.CommandLine;
using Bistro.Builder.Scheduling;

namespace Bistro.Registry.Commands;

/// <summary><c>bistro build</c>: builds elements and their dependencies.</summary>
public static class BuildCommand
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static Command Create(MainOptions main)
    {
        var elements = new Argument<string[]>("ELEMENT") { Description = "Elements (default: the project's default targets)", Arity = ArgumentArity.ZeroOrMore };
        var onError = new Option<string>("--on-error") { Description = "What to do when an element fails: stop, or build everything that does not depend on it", DefaultValueFactory = _ => "quit" };
        onError.AcceptOnlyFromAmong("quit", "continue");
        var command = new Command("build", "Build elements and their dependencies") { elements, onError };
        command.SetAction((result, cancellationToken) => CommandAction.RunAsync(async () =>
        {
            var policy = result.GetValue(onError) == "continue" ? FailurePolicy.Continue : FailurePolicy.Quit;
            await using var services = main.OpenServices(result, policy);
            var loaded = await services.Loader.LoadAsync(result.GetValue(elements)!, cancellationToken);
            var display = new BuildDisplay(Console.Out, !Console.IsOutputRedirected, TimeProvider.System);
            await using var clock = TimeProvider.System.CreateTimer(_ => display.Refresh(), null, Second, Second);
            var report = await services.Builds.Scheduler.BuildAllAsync(loaded.Targets, display.Show, cancellationToken);
            display.Finish(report);
            return report.IsComplete ? 0 : 1;
        }));
        return command;
    }
}
