using System.Collections.Immutable;
using Bistro.Model.Configuration;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>The kinds that a project may use: BuildStream's own and those that its <c>plugins</c> declare.</summary>
internal sealed class ProjectKinds(LoadingProject project)
{
    private CachedProject Cached => project.Cached;

    private ProjectConfiguration Configuration => project.Configuration;

    private KindCatalog Native => project.Session.Kinds;

    /// <summary>An element kind with the defaults that it has in this project.</summary>
    /// <param name="name">As written.</param>
    /// <param name="usedAt">The place to report.</param>
    /// <exception cref="LoadException">There is no such kind.</exception>
    public KindDefaults FindElementKind(string name, Provenance usedAt)
    {
        var isFirstPass = ElementDeclaration.IsOfFirstPass(name);
        var key = isFirstPass ? name + "*" : name;
        if (Cached.Kinds.TryGetValue(key, out var known))
            return known;
        var (kind, yaml) = ResolveElementKind(name, usedAt);
        return Cached.Kinds[key] = isFirstPass
            ? KindDefaults.Create(kind, yaml, Configuration.Pass, null)
            : KindDefaults.Create(kind, yaml, project.Whole, Cached.Settings);
    }

    /// <exception cref="LoadException">There is no such kind.</exception>
    public ISourceKind FindSourceKind(string name, Provenance usedAt)
    {
        if (Cached.SourceKinds.TryGetValue(name, out var known))
            return known;
        var declared = Configuration.Plugins.FirstOrDefault(origin => origin.Sources.Contains(name));
        var kinds = Native.Sources.Where(kind => kind.Name == name && (kind.Package is null) == (declared is null)).ToArray();
        if (kinds.Length == 0)
            throw Unknown("source", name, usedAt, declared);
        return Cached.SourceKinds[name] = kinds.Length > 1 && Trace(declared!, plugins => plugins.Sources, name) is var origin
            ? kinds.FirstOrDefault(kind => origin.Matches(kind.Package)) ?? kinds[0]
            : kinds[0];
    }

    private (IElementKind Kind, MappingNode Defaults) ResolveElementKind(string name, Provenance usedAt)
    {
        var declared = Configuration.Plugins.FirstOrDefault(origin => origin.Elements.Contains(name));
        var kinds = Native.Elements.Where(kind => kind.Name == name && (kind.Package is null) == (declared is null)).ToArray();
        if (kinds.Length == 0)
            throw Unknown("element", name, usedAt, declared);
        if (declared is null)
            return (kinds[0], BuiltIn(kinds[0]));
        var origin = Trace(declared, plugins => plugins.Elements, name);
        var kind = kinds.FirstOrDefault(kind => origin.Matches(kind.Package)) ?? kinds[0];
        return (kind, origin.ReadDefaults(name, project.Scope.Log) ?? BuiltIn(kind));
    }

    private MappingNode BuiltIn(IElementKind kind) => kind.Defaults is { } text
        ? project.Session.BuiltInDefaults.GetOrAdd(kind, _ => YamlReader.Read(new SourceFile($"(defaults of {kind.Name})", null), text))
        : MappingNode.Empty;

    /// <summary>Follows a declaration to where the plugin itself is, across junctions.</summary>
    private TracedOrigin Trace(PluginOrigin declared, Func<PluginOrigin, ImmutableArray<string>> list, string kind)
    {
        if (declared.JunctionPath is not { } junction)
            return new TracedOrigin(declared.Package ?? Configuration.Name, declared.Folder is null ? null : project, declared.Folder);
        if (FindPluginProject(junction) is { } origin)
            return origin.Configuration.Plugins.FirstOrDefault(declaration => list(declaration).Contains(kind)) is { } further
                ? origin.Kinds.Trace(further, list, kind)
                : new TracedOrigin(origin.Configuration.Name, null, null);
        // The project is not available. Its name is usually that of the junction.
        return new TracedOrigin(System.IO.Path.GetFileNameWithoutExtension(junction.Value.Split(':')[^1]), null, null);
    }

    private LoadingProject? FindPluginProject(ScalarNode junction)
    {
        try
        {
            project.Session.IsPluginOptional++;
            var found = project.Junctions.Find(junction.Value, junction.Provenance)!;
            project.Scope.Log.Add(junction.Value, found.Cached);
            return found;
        }
        catch (LoadException)
        {
            return null;
        }
        finally
        {
            project.Session.IsPluginOptional--;
        }
    }

    private static LoadException Unknown(string type, string name, Provenance usedAt, PluginOrigin? declared) => new(
        LoadErrorReason.UnsupportedPlugin,
        usedAt,
        declared is null
            ? $"No {type} plugin registered for kind '{name}': it is not a core kind of BuildStream, and 'plugins' in project.conf does not declare it"
            : $"The {type} kind '{name}', declared at {declared.Provenance}, is a plugin that Bistro does not know");

    /// <summary>Where a plugin was found to come from.</summary>
    /// <param name="Package">The name of the package or of the project that has it.</param>
    /// <param name="Project">The project that has its files; null if they are not available.</param>
    /// <param name="Folder">The folder with them in that project.</param>
    private sealed record TracedOrigin(string Package, LoadingProject? Project, string? Folder)
    {
        public bool Matches(string? package) =>
            package is not null && Package.Replace('_', '-').Split([' ', '=', '<', '>', '~', '!', '['], 2)[0] == package;

        /// <summary>
        /// The plugin's own defaults, from the file beside its Python file. Empty if only the Python file exists, null if neither does.
        /// </summary>
        public MappingNode? ReadDefaults(string kind, ReadLog log)
        {
            if (Project is null || Folder is null)
                return null;
            var path = $"{Folder}/{kind}.yaml";
            var absolute = Project.Files.Resolve(path);
            Project.Record(log, path);
            if (Project.Files.HasFile(path))
                return Project.Session.Yaml.Read(Project.FileOf(path, absolute));
            var plugin = $"{Folder}/{kind}.py";
            Project.Record(log, plugin);
            return Project.Files.HasFile(plugin) ? MappingNode.Empty : null;
        }
    }
}
