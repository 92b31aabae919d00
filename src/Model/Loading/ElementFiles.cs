using Bistro.Model.Composition;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>Reads the files of a project's elements.</summary>
internal sealed class ElementFiles(LoadingProject project)
{
    private readonly HashSet<string> _readAhead = new(StringComparer.Ordinal);

    /// <summary>Processes includes and conditions of an element, unless that was done in an earlier load.</summary>
    /// <param name="name">Its name in this project.</param>
    /// <param name="kind">The kind as written.</param>
    /// <param name="written">The file.</param>
    public CachedElement Interpret(string name, string kind, MappingNode written)
    {
        if (project.Cached.Elements.TryGetValue(name, out var known) && known.Written == written)
            return known;
        var content = ElementDeclaration.IsOfFirstPass(kind)
            ? Conditions.Process(written, project.Configuration.Pass.Options)
            : project.Session.Includes.Process(written, project.Scope);
        // A condition at the element's root may set another kind than the file does.
        if (!ElementDeclaration.IsOfFirstPass(kind) && content.Text("kind") is var judged && !ElementDeclaration.IsOfFirstPass(judged))
            kind = judged;
        var cached = project.Cached.Elements[name] = new CachedElement(written, ElementDeclaration.Read(content, kind));
        foreach (var dependency in cached.Declaration.Dependencies)
            if (dependency.Junction is null)
                ReadAhead(ElementNames.Normalize(dependency.Name));
        return cached;
    }

    // What is behind a junction is read ahead once its project has an element read that names more of it.
    private void ReadAhead(string name)
    {
        var path = ElementFile(name);
        if (!_readAhead.Add(name))
            return;
        if (project.Files.ResolveInside(path) is { } absolute)
            project.Session.Yaml.ReadAhead(project.FileOf(path, absolute));
    }

    /// <exception cref="LoadException">There is no such element, or its file is not YAML.</exception>
    public MappingNode Read(string name, Provenance? askedBy)
    {
        ElementNames.Expect(name, askedBy);
        _readAhead.Add(name);
        var path = ElementFile(name);
        var absolute = project.Files.ResolveInside(path) ?? throw new LoadException(
            LoadErrorReason.ProjPathInvalid, askedBy, $"The element '{name}' leads outside of the project directory");
        try
        {
            return project.Session.Yaml.Read(project.FileOf(path, absolute), askedBy);
        }
        catch (LoadException exception) when (exception.Errors is [{ Reason: LoadErrorReason.MissingFile }])
        {
            throw new LoadException(LoadErrorReason.MissingFile, askedBy, Missing(name));
        }
    }

    /// <summary>The project path of an element's file.</summary>
    private string ElementFile(string name) => project.Configuration.ElementPath.Length == 0 ? name : $"{project.Configuration.ElementPath}/{name}";

    private string Missing(string name)
    {
        var message = project.Place.Junction is { } junction
            ? $"Could not find element '{name}' in the project of the junction '{junction.FullName}'"
            : $"Could not find element '{name}' in elements directory '{project.Files.Resolve(project.Configuration.ElementPath)}'";
        var prefix = project.Configuration.ElementPath + "/";
        return name.StartsWith(prefix, StringComparison.Ordinal) && project.Files.HasFile(name)
            ? $"{message}. Did you mean '{name[prefix.Length..]}'?"
            : message;
    }
}
