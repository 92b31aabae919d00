using System.Collections;
using System.Collections.Immutable;
using Bistro.Builder.Processes;

namespace Bistro.Builder.Sources.Apt;

/// <summary>The files that tell apt to keep to itself: nothing of the machine's configuration is read but how it reaches the network.</summary>
internal static class AptFiles
{
    private static readonly Tool AptConfig = new("apt-config", "apt");

    // Proxies and the like; apt.conf(5).
    private static readonly string[] NetworkOptions = ["Acquire::http", "Acquire::https", "Acquire::ForceIPv4", "Acquire::ForceIPv6"];

    /// <summary>The suite as apt's <c>.sources</c> files name it.</summary>
    public static string Archive(AptSuite suite, string type) => $"""
        Types: {type}
        URIs: {suite.Url}
        Suites: {suite.Name}
        Components: {string.Join(' ', suite.Components)}
        Signed-By: {suite.Keyring}

        """;

    public static async Task WriteAsync(
        string directory, AptSuite suite, string archive, ToolRunner tools, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(directory, "lists", "partial"));
        Directory.CreateDirectory(Path.Combine(directory, "cache", "archives", "partial"));
        await File.WriteAllTextAsync(Path.Combine(directory, "status"), "", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "archive.sources"), archive, cancellationToken);
        var network = await tools.ReadAsync(new ToolCommand(AptConfig, ["dump", "--format", "%F \"%v\";%n", .. NetworkOptions]), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "apt.conf"), Options(directory, suite) + network, cancellationToken);
    }

    /// <summary>What apt's programs are started with.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> Environment(string directory)
    {
        var variables = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
        variables["APT_CONFIG"] = Path.Combine(directory, "apt.conf");
        variables["LC_ALL"] = "C.UTF-8";
        return [.. variables];
    }

    // apt drops root's rights for downloads, and then could not write to the store.
    private static string Options(string directory, AptSuite suite) => $$"""
        Dir::State "{{directory}}";
        Dir::State::lists "lists";
        Dir::State::status "{{directory}}/status";
        Dir::Cache "{{directory}}/cache";
        Dir::Cache::srcpkgcache "";
        Dir::Etc::main "/dev/null";
        Dir::Etc::parts "/dev/null";
        Dir::Etc::sourcelist "{{directory}}/archive.sources";
        Dir::Etc::sourceparts "/dev/null";
        Dir::Etc::preferences "/dev/null";
        Dir::Etc::preferencesparts "/dev/null";
        Dir::Etc::trusted "/dev/null";
        Dir::Etc::trustedparts "/dev/null";
        APT::Architecture "{{suite.Architecture}}";
        APT::Architectures { "{{suite.Architecture}}"; };
        APT::Install-Recommends "false";
        APT::Sandbox::User "root";
        Acquire::ForceHash "SHA256";
        Acquire::Languages "none";
        Acquire::Retries "3";

        """;
}
