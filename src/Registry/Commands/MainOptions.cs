using System.CommandLine;
using System.Globalization;
using Bistro.Builder.Scheduling;
using Bistro.Registry.Configuration;
using Bistro.Registry.Server;

namespace Bistro.Registry.Commands;

/// <summary>The options that every command accepts, before or after its name. They are named as in <c>bst</c>.</summary>
public sealed class MainOptions
{
    public Option<string?> Directory { get; } = new("--directory", "-C")
    {
        Description = "The project's directory (default: the current directory, or the nearest one above it that contains project.conf)",
        HelpName = "DIR",
        Recursive = true,
    };

    public Option<string?> Config { get; } = new("--config", "-c")
    {
        Description = "The configuration file (default: $BISTRO_CONFIG, ./bistro.yaml, samples/bistro.yaml, the nearest bistro.yaml above)",
        HelpName = "FILE",
        Recursive = true,
    };

    public Option<string[]> Options { get; } = new("--option", "-o")
    {
        Description = "Set a project option; may be repeated",
        HelpName = "OPTION VALUE",
        Recursive = true,
    };

    public Option<string?> Store { get; } = new("--store")
    {
        Description = "The store's directory (default: $BISTRO_STORE, the configuration's, $XDG_DATA_HOME/bistro, for root /var/lib/bistro)",
        HelpName = "DIR",
        Recursive = true,
    };

    public Option<bool> Strict { get; } = new("--strict")
    {
        Description = "Rebuild everything that depends on a change (default)",
        Recursive = true,
    };

    public Option<bool> NoStrict { get; } = new("--no-strict")
    {
        Description = "Reuse artifacts that were built with other versions of their dependencies",
        Recursive = true,
    };

    public Option<int?> MaxJobs { get; } = Number("--max-jobs", 1, "Maximum number of processes in one build (default: the number of cores, at most 8)");

    public Option<int?> Builders { get; } = Number("--builders", 1, "Maximum number of elements built at the same time (default: the number of cores)");

    public Option<int?> Fetchers { get; } = Number("--fetchers", 1, "Maximum number of elements whose sources are fetched at the same time (default: 10)");

    public Option<int?> NetworkRetries { get; } = Number("--network-retries", 0, "Maximum number of retries of a failed download (default: 2)");

    public Option<string?> OnError { get; } = new("--on-error")
    {
        Description = "What to do when an element fails: continue with what does not depend on it, quit when running builds have ended, or terminate them (default: quit)",
        HelpName = "continue|quit|terminate",
        Recursive = true,
    };

    /// <summary>What a command prints, and where.</summary>
    public OutputOptions Output { get; } = new();

    public IEnumerable<Option> All =>
        [Directory, Config, Options, Store, Strict, NoStrict, MaxJobs, Builders, Fetchers, NetworkRetries, OnError, .. Output.All];

    public MainOptions() => OnError.AcceptOnlyFromAmong("continue", "quit", "terminate");

    /// <summary>The services that a command works with, set up by the configuration, the environment and these options.</summary>
    /// <param name="isServing">Whether the server starts. Its keys and passwords are checked then, and a failed build stops no other.</param>
    public CommandServices OpenServices(ParseResult command, bool isServing = false)
    {
        var here = Environment.CurrentDirectory;
        var configuration = ReadConfiguration(command, isServing);
        var request = LoadRequests.For(
            configuration,
            Path.GetFullPath(command.GetValue(Directory) ?? ".", here),
            OptionPairs.Split(command.GetValue(Options) ?? []),
            command.GetValue(NoStrict) ? false : command.GetValue(Strict) ? true : null);
        var store = StoreLocation.Find(command.GetValue(Store), configuration, Environment.GetEnvironmentVariable);
        return new CommandServices(configuration, store, request, isServing ? FailurePolicy.Continue : PolicyOf(command));
    }

    /// <summary>The configuration as it is now; the options of the command line override it.</summary>
    /// <param name="isServing">Whether the server's keys and passwords are checked.</param>
    public BistroConfiguration ReadConfiguration(ParseResult command, bool isServing)
    {
        var file = ConfigurationFile.Find(command.GetValue(Config), Environment.CurrentDirectory, Environment.GetEnvironmentVariable);
        var configuration = new ConfigurationReader(Environment.GetEnvironmentVariable).Read(file, isServing);
        return configuration with
        {
            MaxJobs = command.GetValue(MaxJobs) ?? configuration.MaxJobs,
            Builders = command.GetValue(Builders) ?? configuration.Builders,
            Fetchers = command.GetValue(Fetchers) ?? configuration.Fetchers,
            NetworkRetries = command.GetValue(NetworkRetries) ?? configuration.NetworkRetries,
            ErrorLines = command.GetValue(Output.ErrorLines) ?? configuration.ErrorLines,
        };
    }

    private FailurePolicy PolicyOf(ParseResult command) => command.GetValue(OnError) switch
    {
        "continue" => FailurePolicy.Continue,
        "terminate" => FailurePolicy.Terminate,
        _ => FailurePolicy.Quit,
    };

    /// <summary>A recursive option that takes a whole number.</summary>
    internal static Option<int?> Number(string name, int least, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        Recursive = true,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least)
                return number;
            result.AddError($"{name} takes a number {(least == 0 ? "that is not negative" : "above 0")}, not '{text}'");
            return null;
        },
    };
}
