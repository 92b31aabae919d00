using System.CommandLine;
using Bistro.Builder.Builds;
using Bistro.Model.Projects;

namespace Bistro.Registry.Commands;

/// <summary><c>bistro shell</c>: runs a command in an element's sandbox.</summary>
public static class ShellCommand
{
    public static Command Create(MainOptions main)
    {
        var element = new Argument<string>("ELEMENT") { Description = "A built element" };
        var arguments = new Argument<string[]>("COMMAND") { Description = "The command (default: a shell)", Arity = ArgumentArity.ZeroOrMore };
        var build = new Option<bool>("--build", "-b") { Description = "Stage the element's build dependencies instead of the element and its runtime dependencies" };
        var command = new Command("shell", "Run a command in an element's sandbox") { element, arguments, build };
        command.SetAction((result, cancellationToken) => CommandAction.RunAsync(main.Output.IsDebug(result), async () =>
        {
            await using var services = main.OpenServices(result);
            var loaded = await services.Loader.LoadAsync([result.GetValue(element)!], cancellationToken);
            var request = new ShellRequest(CommandOf(result.GetValue(arguments)!, loaded.Project))
            {
                Scope = result.GetValue(build) ? RootScope.Build : RootScope.Run,
                Environment = loaded.Project.ShellEnvironment,
            };
            return await services.Builds.Roots.ShellAsync(loaded.Targets[0], request, cancellationToken);
        }));
        return command;
    }

    private static IReadOnlyList<string> CommandOf(string[] given, Project project)
    {
        if (given.Length > 0)
            return given;
        return project.ShellCommand.IsEmpty ? ["sh", "-i"] : project.ShellCommand;
    }
}
