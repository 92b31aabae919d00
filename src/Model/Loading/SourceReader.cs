using System.Collections.Immutable;
using Bistro.Model.Composition;
using Bistro.Model.Configuration;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Projects;
using Bistro.Model.Sources;
using Bistro.Model.Variables;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>Reads an element's <c>sources</c>: over the defaults of their kinds, expanded, with the ref from where the project keeps it.</summary>
internal static class SourceReader
{
    /// <summary>A kind that BuildStream reserves. Using it is an error when sources are read.</summary>
    public const string Workspace = "workspace";

    /// <exception cref="LoadException">A source is wrong.</exception>
    public static ImmutableArray<Source> Read(ElementNode node, VariableSet variables, Action<LoadError> warn)
    {
        var entries = node.Declaration.Content.OptionalSequence("sources")?.Mappings() ?? [];
        var sources = ImmutableArray.CreateBuilder<Source>(entries.Length);
        foreach (var entry in entries)
            sources.Add(ReadOne(node, entry, sources.Count, variables, warn));
        return sources.MoveToImmutable();
    }

    private static Source ReadOne(ElementNode node, MappingNode entry, int index, VariableSet variables, Action<LoadError> warn)
    {
        var project = node.Project;
        var isFirstPass = node.Declaration.IsFirstPass;
        var kind = FindKind(node, entry, index);
        var attributes = entry.OptionalMapping("provenance");
        ExpectAttributes(kind, entry, attributes, project.Cached);
        var directory = entry.OptionalText("directory") is { Length: > 0 } written ? written : null;

        var pass = isFirstPass ? project.Configuration.Pass : project.Whole;
        var urls = isFirstPass ? project.Cached.FirstUrls : project.Cached.WholeUrls!;
        var members = Composer.Compose(
            Defaults(kind, pass, project.Session.Request), entry.Without("kind", "directory", "provenance"));
        Directive.ExpectNoneOfLists(members);
        var draft = new SourceDraft
        {
            Project = project.Project,
            ElementName = node.Name,
            Index = index,
            Members = WithRef(node, kind, entry, index, variables.Expand(members), warn),
            TranslateUrl = url => urls.Translate(url.Value, entry.Provenance, warn),
            DownloadUrls = urls.Download,
            Attributes = attributes,
            Written = entry,
        };
        return new Source(kind, kind.Configure(draft), directory, index, draft);
    }

    private static ISourceKind FindKind(ElementNode node, MappingNode entry, int index)
    {
        var name = entry.RequiredScalar("kind");
        if (name.Value == Workspace)
            throw new LoadException(LoadErrorReason.InvalidData, name.Provenance, "Invalid usage of workspace source kind");
        var kind = node.Project.Kinds.FindSourceKind(name.Value, entry.Provenance);
        return index > 0 || !kind.RequiresPreviousSources
            ? kind
            : throw new LoadException(
                LoadErrorReason.InvalidData,
                entry.Provenance,
                $"A source of kind '{kind.Name}' cannot be the first source of an element as it requires access to previous sources");
    }

    private static void ExpectAttributes(ISourceKind kind, MappingNode entry, MappingNode? attributes, CachedProject cached)
    {
        if (attributes is null)
            return;
        if (kind.ReportsOwnProvenance)
            throw new LoadException(
                LoadErrorReason.InvalidData, entry.Provenance, $"A source of kind '{kind.Name}' carries provenance in its ref, not in 'provenance'");
        cached.ExpectDeclared(attributes);
        attributes.TextMembers();
    }

    private static MappingNode Defaults(ISourceKind kind, ProjectPass pass, LoadRequest request)
    {
        var user = request.SourceDefaults.OptionalMapping(kind.Name) ?? MappingNode.Empty;
        var project = pass.Sources.OptionalMapping(kind.Name)?.OptionalMapping("config");
        return project is null ? user : Composer.Compose(user, project);
    }

    /// <summary>The members with the ref that holds: the top project's files come before the project's own, and those before the element.</summary>
    private static MappingNode WithRef(
        ElementNode node, ISourceKind kind, MappingNode entry, int index, MappingNode members, Action<LoadError> warn)
    {
        var project = node.Project;
        var top = project.Session.Top!;
        var kept = project != top && top.Configuration.UsesRefFiles ? Find(top) : null;
        if (kept is null && !project.Configuration.UsesRefFiles)
            return members;
        if (kept is null && kind.RefMembers.FirstOrDefault(members.Contains) is { } redundant)
            warn(new LoadError(
                LoadErrorReason.InvalidData,
                entry.Provenance,
                $"The ref '{redundant}' is ignored: the project keeps refs in {SourceRefs.ProjectFile}"));
        kept ??= Find(project);
        members = members.Without(kind.RefMembers.AsSpan());
        foreach (var name in kind.RefMembers)
            if (kept?[name] is { } value)
                members = members.With(name, value);
        return members;

        MappingNode? Find(LoadingProject holder) =>
            (node.Declaration.Kind == JunctionKind.KindName ? holder.Cached.JunctionRefs : holder.Cached.ProjectRefs)
            .Find(project.Configuration.Name, node.Name, index);
    }
}
