using System.Buffers;
using Bistro.Model.Composition;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>The elements of a project: read, links followed, overrides put in their place, dependencies found.</summary>
internal sealed partial class LoadingProject
{
    // What file systems everywhere take, except the colon, which separates junctions.
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Except("<>\"|?*")));

    private const int LongestLinkChain = 100;

    private readonly Dictionary<string, ElementNode> _nodes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _readAhead = new(StringComparer.Ordinal);

    /// <summary>Loads what a path leads to, and everything that it depends on.</summary>
    /// <exception cref="LoadException">It leads nowhere.</exception>
    public ElementNode LoadPath(string path, Provenance? askedBy)
    {
        var (project, name) = Split(path, askedBy);
        return project!.LoadElement(name, askedBy)!;
    }

    /// <param name="name">Its name in this project.</param>
    /// <param name="askedBy">Who is to blame.</param>
    /// <param name="opens">As for <see cref="Find"/>.</param>
    private ElementNode? LoadElement(string name, Provenance? askedBy, bool opens = true)
    {
        var top = LoadOne(name, askedBy, opens);
        if (top is null || top.IsLinked)
            return top;

        // A stack of its own: chains of dependencies are as long as projects are large.
        var waiting = new Stack<(ElementNode Node, int Next)>();
        Enter(top);
        while (waiting.TryPop(out var current))
        {
            var (node, next) = current;
            if (next == node.Declaration.Dependencies.Length)
                continue;
            waiting.Push((node, next + 1));
            if (LoadDependency(node, node.Declaration.Dependencies[next], Enter, opens) is { } dependency)
                node.Add(dependency, node.Declaration.Dependencies[next]);
        }
        return top;

        void Enter(ElementNode node)
        {
            node.IsLinked = true;
            waiting.Push((node, 0));
        }
    }

    /// <summary>The element that is depended on; null where it cannot be loaded, which is reported with other mistakes.</summary>
    private static ElementNode? LoadDependency(
        ElementNode node, DependencyDeclaration written, Action<ElementNode> enter, bool opens)
    {
        try
        {
            var project = node.Project;
            if (written.Junction is { } junction)
                return project.Find(junction, written.Provenance)!.LoadElement(NormalName(written.Name), written.Provenance);
            var dependency = project.LoadOne(NormalName(written.Name), written.Provenance, opens);
            if (dependency is null || dependency.IsLinked)
                return dependency;
            if (dependency.Project != project)
                return dependency.Project.LoadElement(dependency.Name, written.Provenance);
            enter(dependency);
            if (dependency.Declaration.Kind == JunctionKind.KindName)
                throw new LoadException(
                    LoadErrorReason.InvalidData, written.Provenance, $"Cannot depend on the junction '{written.Path}', only on elements behind it");
            return dependency;
        }
        catch (LoadException exception)
        {
            node.Project.Session.Errors.Add(exception);
            node.Project.Session.Errors.ThrowIfMany();
            return null;
        }
    }

    /// <summary>The element, or what stands in its place, its dependencies not looked at.</summary>
    private ElementNode? LoadOne(string name, Provenance? askedBy, bool opens = true)
    {
        Session.CancellationToken.ThrowIfCancellationRequested();
        if (_nodes.TryGetValue(name, out var node) && node.IsLinked)
            return node;
        node ??= Declare(name, askedBy)!;
        if (Overrides(name) is [.., var (by, overriding)])
        {
            return by.LoadPath(overriding.Value, overriding.Provenance);
        }
        if (node.LinkTarget is not { } target)
            return node;

        if (!Session.Links.Add(node))
            throw new LoadException(
                LoadErrorReason.CircularDependency, target.Provenance, $"The link '{node.FullName}' leads back to itself");
        if (Session.Links.Count > LongestLinkChain)
            throw new LoadException(
                LoadErrorReason.CircularDependency, target.Provenance, $"More than {LongestLinkChain} links lead to each other");
        try
        {
            var (project, element) = Split(target.Value, target.Provenance, opens);
            return project?.LoadElement(element, target.Provenance, opens);
        }
        finally
        {
            Session.Links.Remove(node);
        }
    }

    /// <summary>Reads an element's file.</summary>
    /// <param name="name">Its name in this project.</param>
    /// <param name="askedBy">Who is to blame.</param>
    /// <param name="onlyFirstPass">Whether anything but junctions and links is of no interest: null then.</param>
    private ElementNode? Declare(string name, Provenance? askedBy, bool onlyFirstPass = false)
    {
        if (_nodes.TryGetValue(name, out var known))
            return known;
        var written = ReadFile(name, askedBy);
        var kind = written.Text("kind");
        if (!ElementDeclaration.IsOfFirstPass(kind))
        {
            if (onlyFirstPass)
                return null;
            EnsureWhole();
        }
        var node = _nodes[name] = new ElementNode(this, name, Remember(name, kind, written));
        if (kind == LinkKind.KindName)
        {
            node.LinkTarget = ElementResolution.ResolveLink(node);
            AddLink(name, node.LinkTarget.Value);
        }
        return node;
    }

    private CachedElement Remember(string name, string kind, MappingNode written)
    {
        if (Cached.Elements.TryGetValue(name, out var known) && known.Written == written)
            return known;
        var content = ElementDeclaration.IsOfFirstPass(kind)
            ? Conditions.Process(written, Configuration.Pass.Options)
            : Session.Includes.Process(written, this);
        // A condition at the element's root may say another kind than the file does.
        if (!ElementDeclaration.IsOfFirstPass(kind) && content.Text("kind") is var judged && !ElementDeclaration.IsOfFirstPass(judged))
            kind = judged;
        var cached = Cached.Elements[name] = new CachedElement(written, ElementDeclaration.Read(content, kind));
        foreach (var dependency in cached.Declaration.Dependencies)
            if (dependency.Junction is null)
                ReadAhead(NormalName(dependency.Name));
        return cached;
    }

    // What is behind a junction is read ahead once its project has an element read that names more of it.
    private void ReadAhead(string name)
    {
        var path = ElementFile(name);
        if (_nodes.ContainsKey(name) || !_readAhead.Add(name))
            return;
        if (Files.ResolveInside(path) is { } absolute)
            Session.Yaml.ReadAhead(FileOf(path, absolute));
    }

    private MappingNode ReadFile(string name, Provenance? askedBy)
    {
        ExpectName(name, askedBy);
        var path = ElementFile(name);
        var absolute = Files.ResolveInside(path) ?? throw new LoadException(
            LoadErrorReason.ProjPathInvalid, askedBy, $"The element '{name}' leads outside of the project directory");
        try
        {
            return Session.Yaml.Read(FileOf(path, absolute), askedBy);
        }
        catch (LoadException exception) when (exception.Errors is [{ Reason: LoadErrorReason.MissingFile }])
        {
            throw new LoadException(LoadErrorReason.MissingFile, askedBy, Missing(name));
        }
    }

    /// <summary>The project path of an element's file.</summary>
    public string ElementFile(string name) => Configuration.ElementPath.Length == 0 ? name : $"{Configuration.ElementPath}/{name}";

    private string Missing(string name)
    {
        var message = Place.Junction is { } junction
            ? $"Could not find element '{name}' in the project of the junction '{junction.FullName}'"
            : $"Could not find element '{name}' in elements directory '{Files.Resolve(Configuration.ElementPath)}'";
        var prefix = Configuration.ElementPath + "/";
        return name.StartsWith(prefix, StringComparison.Ordinal) && Files.HasFile(name)
            ? $"{message}. Did you mean '{name[prefix.Length..]}'?"
            : message;
    }

    private static void ExpectName(string name, Provenance? askedBy)
    {
        if (!name.EndsWith(".bst", StringComparison.Ordinal))
            throw new LoadException(
                LoadErrorReason.BadElementSuffix, askedBy, $"Element '{name}' does not have expected file extension '.bst'");
        if (name.AsSpan().ContainsAnyExcept(NameCharacters))
            throw new LoadException(LoadErrorReason.BadElementName, askedBy, $"Element '{name}' has invalid characters");
    }
}
