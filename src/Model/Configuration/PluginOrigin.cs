using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Projects;
using Bistro.Model.Yaml;

namespace Bistro.Model.Configuration;

/// <summary>An entry of project.conf's <c>plugins</c>: where kinds come from.</summary>
internal sealed record PluginOrigin
{
    /// <summary>Kinds that only Bistro has.</summary>
    public const string Bistro = "bistro";

    private const string Local = "local";
    private const string Junction = "junction";
    private const string Pip = "pip";

    public required Provenance Provenance { get; init; }

    /// <summary>The folder of the project, where the origin is local.</summary>
    public string? Folder { get; private init; }

    /// <summary>The junction, where the origin is one.</summary>
    public ScalarNode? JunctionPath { get; private init; }

    /// <summary>The package that the declaration itself names, if it does.</summary>
    public string? Package { get; private init; }

    public required ImmutableArray<string> Elements { get; init; }

    public required ImmutableArray<string> Sources { get; init; }

    public required ImmutableArray<string> Mirrors { get; init; }

    /// <summary>The entries of <c>plugins</c>, no kind in two of them.</summary>
    /// <exception cref="LoadException">An entry is wrong, or a kind is in two of them.</exception>
    public static ImmutableArray<PluginOrigin> ReadAll(SequenceNode? entries)
    {
        ImmutableArray<PluginOrigin> origins = [.. (entries?.Mappings() ?? []).Select(Read)];
        ExpectOnce("element", origin => origin.Elements);
        ExpectOnce("source", origin => origin.Sources);
        ExpectOnce("source-mirror", origin => origin.Mirrors);
        return origins;

        void ExpectOnce(string type, Func<PluginOrigin, ImmutableArray<string>> list)
        {
            var known = new HashSet<string>(StringComparer.Ordinal);
            foreach (var origin in origins)
                foreach (var kind in list(origin).Distinct())
                    if (!known.Add(kind))
                        throw new LoadException(
                            LoadErrorReason.InvalidData, origin.Provenance, $"More than one {type} plugin registered as kind '{kind}'");
        }
    }

    private static PluginOrigin Read(MappingNode entry)
    {
        var type = entry.Choice("origin", Local, Junction, Pip, Bistro);
        var own = type switch
        {
            Local => "path",
            Junction => "junction",
            Pip => "package-name",
            _ => "origin",
        };
        entry.ExpectKeys("origin", "elements", "sources", "source-mirrors", "allow-deprecated", own);
        entry.Bool("allow-deprecated", false);
        return new PluginOrigin
        {
            Provenance = entry.Provenance,
            Folder = type == Local ? ReadFolder(entry) : null,
            JunctionPath = type == Junction ? entry.RequiredScalar("junction") : null,
            Package = type switch
            {
                Bistro => Bistro,
                Pip => entry.Text("package-name"),
                _ => null,
            },
            Elements = ReadKinds(entry, "elements"),
            Sources = ReadKinds(entry, "sources"),
            Mirrors = ReadKinds(entry, "source-mirrors"),
        };
    }

    // A missing folder is not an error, because its kinds may be native.
    private static string ReadFolder(MappingNode entry)
    {
        var path = entry.RequiredScalar("path");
        return !Path.IsPathRooted(path.Value) && !ProjectFiles.Escapes(path.Value)
            ? path.Value
            : throw new LoadException(
                LoadErrorReason.ProjPathInvalid, path.Provenance, $"Specified path '{path.Value}' must not lead outside of the project directory");
    }

    private static ImmutableArray<string> ReadKinds(MappingNode entry, string list) =>
        [.. (entry.OptionalSequence(list)?.Items ?? []).Select(ReadKind)];

    private static string ReadKind(Node node)
    {
        if (node is ScalarNode name)
            return name.Value;
        if (node is not MappingNode kind)
            throw new LoadException(LoadErrorReason.InvalidData, node.Provenance, "Plugin is not specified as a string or a dictionary");
        kind.ExpectKeys("kind", "allow-deprecated");
        kind.Bool("allow-deprecated", false);
        return kind.Text("kind");
    }
}
