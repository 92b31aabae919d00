using Bistro.Builder.Errors;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Projects;
using Bistro.Model.Sources;
using Bistro.Model.Yaml.Editing;

namespace Bistro.Builder.Sources;

/// <summary>
/// Writes tracked refs where the project keeps them: into <c>project.refs</c> (<c>junction.refs</c> for junctions), or into the
/// elements. Everything else in those files stays as it is, comments too.
/// </summary>
/// <param name="top">The project that is worked on; files of others are never changed.</param>
public sealed class RefWriter(Project top)
{
    // By absolute path: many refs stand in one file.
    private readonly Dictionary<string, YamlEditor> _files = new(StringComparer.Ordinal);

    /// <summary>Notes what has changed. Nothing is written yet.</summary>
    /// <exception cref="SourceException">The ref would belong into a file that is not the project's.</exception>
    /// <exception cref="LoadException">The file has changed since it was loaded, or is too unusual to be edited.</exception>
    public void Add(Element element, TrackedSource tracked)
    {
        if (!tracked.IsChanged)
            return;
        foreach (var member in tracked.Source.Kind.RefMembers)
        {
            if (tracked.Ref![member] is not { } value)
                continue;
            if (top.UsesRefFiles)
                RefFile(element).Set(["projects", element.Project.Name, element.Name, tracked.Source.Index, member], value);
            else
                Element(element, tracked.Source, member).SetMember(tracked.Source.Draft.Written, member, value);
        }
    }

    /// <summary>Writes the files, each in one step.</summary>
    public void Save()
    {
        foreach (var (path, editor) in _files)
        {
            var written = $"{path}.{Path.GetRandomFileName()}";
            File.WriteAllText(written, editor.Text);
            if (File.Exists(path))
                File.SetUnixFileMode(written, File.GetUnixFileMode(path));
            File.Move(written, path, overwrite: true);
        }
        _files.Clear();
    }

    private YamlEditor RefFile(Element element)
    {
        var name = element.Kind.Name == JunctionKind.KindName ? "junction.refs" : "project.refs";
        return Open(new SourceFile(name, Path.Combine(top.Directory, name)));
    }

    private YamlEditor Element(Element element, Source source, string member)
    {
        var file = YamlEditor.FileOf(source.Draft.Written, member);
        if (element.Project.JunctionPath != top.JunctionPath || file.Path is null || !file.Path.StartsWith(top.Directory + '/', StringComparison.Ordinal))
            throw new SourceException(
                $"{source.Draft.Written.Provenance}: The ref stands in another project. Track it there, or keep refs in project.refs (ref-storage: project.refs).");
        return Open(file);
    }

    private YamlEditor Open(SourceFile file)
    {
        if (!_files.TryGetValue(file.Path!, out var editor))
        {
            editor = new YamlEditor(file, File.Exists(file.Path) ? File.ReadAllText(file.Path) : "");
            _files.Add(file.Path!, editor);
        }
        return editor;
    }
}
