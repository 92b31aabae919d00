using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bistro.Model.Elements;

namespace Bistro.Registry.Commands;

/// <summary><c>bistro show</c>: shows elements with their state and keys.</summary>
public static class ShowCommand
{
    // Enough for a project of ten thousand elements. Most of it stays in use until the end, so collecting it would be wasted work.
    private const int Uncollected = 512 << 20;

    private static readonly JsonWriterOptions Json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(MainOptions main)
    {
        var elements = new Argument<string[]>("ELEMENT") { Description = "Elements (default: the project's default targets)", Arity = ArgumentArity.ZeroOrMore };
        var dependencies = new Option<string>("--deps", "-d") { Description = "Which dependencies to show", DefaultValueFactory = _ => "all" };
        dependencies.AcceptOnlyFromAmong([.. ElementSelection.DependencyModes]);
        var except = new Option<string[]>("--except") { Description = "Exclude these elements, and dependencies that only they need", HelpName = "ELEMENT" };
        var order = new Option<string>("--order") { Description = "stage: dependencies first; alpha: alphabetical", DefaultValueFactory = _ => "stage" };
        order.AcceptOnlyFromAmong([.. ElementSelection.Orders]);
        var json = new Option<bool>("--json") { Description = "Print all known properties of each element as JSON" };
        var format = new Option<string>("--format", "-f")
        {
            Description = $"What to print for each element: text with the variables %{{{string.Join("}, %{", ElementFormat.Names)}}}",
            HelpName = "FORMAT",
            DefaultValueFactory = _ => ElementFormat.Default,
        };
        format.Validators.Add(Validate);
        var command = new Command("show", "Show elements with their state and keys") { elements, dependencies, except, order, json, format };
        command.SetAction((result, cancellationToken) => CommandAction.RunAsync(main.Output.IsDebug(result), async () =>
        {
            FreshMemory.Reserve(Uncollected);
            await using var services = main.OpenServices(result);
            var targets = result.GetValue(elements)!;
            var excepted = result.GetValue(except) ?? [];
            var loaded = await services.Loader.LoadAsync(targets, excepted, cancellationToken);
            var selection = new ElementSelection(result.GetValue(dependencies)!, result.GetValue(order)!);
            var shown = selection.Of(loaded.Targets, loaded.Excepted);
            var caches = services.Caches();
            using var output = Console.OpenStandardOutput();
            if (result.GetValue(json))
            {
                await using var writer = new Utf8JsonWriter(output, Json);
                ElementJson.Write(writer, shown, caches);
            }
            else
            {
                await using var writer = new StreamWriter(output);
                var lines = ElementFormat.Parse(result.GetValue(format)!);
                foreach (var element in shown)
                    await writer.WriteLineAsync(lines.Print(element, caches).TrimEnd(' '));
            }
            return 0;
        }));
        return command;
    }

    private static void Validate(OptionResult format)
    {
        try
        {
            ElementFormat.Parse(format.GetValueOrDefault<string>());
        }
        catch (FormatException exception)
        {
            format.AddError(exception.Message);
        }
    }
}
