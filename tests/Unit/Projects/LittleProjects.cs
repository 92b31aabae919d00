using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Kinds;
using Bistro.Builder.Sources.Mirrors;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Loading;
using Bistro.Model.Projects;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Unit.Projects;

/// <summary>A folder for a little project, and for others beside it.</summary>
public sealed class LittleProjects : IDisposable
{
    private readonly DirectoryInfo _root = System.IO.Directory.CreateTempSubdirectory("bistro-projects-");

    /// <summary>The top project's folder.</summary>
    public string Directory => Folder("top");

    /// <summary>What a request asks for; tests change it.</summary>
    public LoadRequest Request => new() { Directory = Directory };

    /// <summary>The absolute path of a folder beside the top project.</summary>
    public string Folder(string name) => Path.Combine(_root.FullName, name);

    /// <summary>Writes a file of the top project.</summary>
    public LittleProjects With(string path, string text)
    {
        Write("top", path, text);
        return this;
    }

    public void Write(string folder, string path, string text)
    {
        var file = Path.Combine(Folder(folder), path);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <param name="request">What is loaded; null takes <see cref="Request"/>.</param>
    /// <param name="mirror">A further kind of mirrors.</param>
    /// <param name="fetcher">Fetches junctions that are not local.</param>
    /// <param name="time">Measures the pauses between attempts.</param>
    public ProjectLoader Loader(
        LoadRequest? request = null, ISourceMirrorKind? mirror = null, IJunctionFetcher? fetcher = null, TimeProvider? time = null) =>
        new(
            request ?? Request,
            new KindCatalog(ElementKinds.All, SourceKinds.All, mirror is null ? SourceMirrorKinds.All : [.. SourceMirrorKinds.All, mirror]),
            fetcher,
            time: time);

    public async Task<Element> LoadAsync(string target, LoadRequest? request = null) =>
        (await Loader(request).LoadAsync([target], TestContext.Current.CancellationToken)).Targets[0];

    public static MappingNode Yaml(string text) => YamlReader.Read(new SourceFile("bistro.yaml", null), text);

    /// <summary>The value of a variable.</summary>
    public static string Variable(Element element, string name) => element.Variables.Find(name)!;

    public void Dispose() => _root.Delete(recursive: true);
}
