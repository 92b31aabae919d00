using System.Collections.Concurrent;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Folders;
using Bistro.Model.Loading;

namespace Bistro.Registry.OnDemand;

/// <summary>The element that an image's name refers to.</summary>
public abstract record ImageLookup
{
    private ImageLookup()
    {
    }

    public sealed record Found(Element Element) : ImageLookup;

    /// <summary>The project has no such element.</summary>
    public sealed record Missing : ImageLookup;

    /// <summary>A part of the project that the image needs contains a mistake.</summary>
    public sealed record Broken(LoadException Mistake) : ImageLookup;
}

/// <summary>
/// The images of a served project in the current state of its files. Loaded elements are cached until a file changes; then the
/// loader repeats only the work that the change affects.
/// </summary>
public sealed class ProjectImages : IDisposable
{
    // Clients can request any number of names that do not exist.
    private const int MaxNames = 10_000;

    private readonly ProjectLoader _loader;
    private readonly ProjectWatch _watch;
    private volatile ConcurrentDictionary<string, Task<ImageLookup>> _names = new(StringComparer.Ordinal);

    public ProjectImages(ServedProject project, ProjectLoader loader)
    {
        Project = project;
        _loader = loader;
        _watch = new ProjectWatch([project.Path, .. Overlay(project), .. project.Junctions.Values], Forget);
    }

    public ServedProject Project { get; }

    /// <summary>The element for a name, now. Cached answers complete synchronously.</summary>
    public Task<ImageLookup> FindAsync(string image)
    {
        var names = _names;
        if (names.Count > MaxNames)
            _names = names = new ConcurrentDictionary<string, Task<ImageLookup>>(StringComparer.Ordinal);
        return names.GetOrAdd(image, name => Task.Run(() => LookUpAsync(name)));
    }

    /// <summary>The names from the images map and the search list that are valid repository names.</summary>
    public IEnumerable<string> List()
    {
        var elements = _loader.ElementsFolder();
        var found = from pattern in Project.Search
                    where pattern.EndsWith("/{}.bst", StringComparison.Ordinal)
                    let folder = Path.Combine(elements, Path.GetDirectoryName(pattern)!)
                    where Directory.Exists(folder)
                    from file in Directory.EnumerateFiles(folder, "*.bst").Order(StringComparer.Ordinal)
                    select Path.GetFileNameWithoutExtension(file);
        return Project.Images.Keys.Order(StringComparer.Ordinal).Concat(found).Distinct();
    }

    public void Dispose() => _watch.Dispose();

    private static string[] Overlay(ServedProject project) => project.Overlay is { } overlay ? [overlay] : [];

    private void Forget() => _names = new ConcurrentDictionary<string, Task<ImageLookup>>(StringComparer.Ordinal);

    private async Task<ImageLookup> LookUpAsync(string image)
    {
        await foreach (var candidate in ImageNames.Candidates(Project, image, IsJunctionAsync))
            if (await TryLoadAsync(candidate) is { } lookup)
                return lookup;
        return await AlikeAsync(image) is { } element && await TryLoadAsync(element) is { } alike ? alike : new ImageLookup.Missing();
    }

    /// <summary>Null if the element does not exist.</summary>
    private async Task<ImageLookup?> TryLoadAsync(string element)
    {
        try
        {
            var loaded = await _loader.LoadAsync([element], CancellationToken.None);
            _watch.Cover(loaded.Files);
            return new ImageLookup.Found(loaded.Targets[0]);
        }
        catch (LoadException mistake) when (IsMissing(mistake))
        {
            return null;
        }
        catch (LoadException mistake)
        {
            return new ImageLookup.Broken(mistake);
        }
    }

    /// <summary>Whether the target itself is missing, and not a file that another file refers to.</summary>
    private static bool IsMissing(LoadException mistake) =>
        mistake.Errors is [{ Reason: LoadErrorReason.MissingFile or LoadErrorReason.LoadingDirectory or LoadErrorReason.BadElementName, Where: null }];

    private async ValueTask<bool> IsJunctionAsync(string element) =>
        await TryLoadAsync(element) is ImageLookup.Found { Element.Kind.Name: JunctionKind.KindName };

    /// <summary>The only element that differs from the name just in case: repository names are lower case, element names may not be.</summary>
    private async Task<string?> AlikeAsync(string image)
    {
        var root = _loader.ElementsFolder();
        if (!Directory.Exists(root))
            return null;
        var names = await ImageNames.Candidates(Project, image, _ => ValueTask.FromResult(false)).ToHashSetAsync(StringComparer.OrdinalIgnoreCase);
        var alike = FolderWalk.Below(root)
            .Where(file => file.EndsWith(".bst", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(root, file))
            .Where(names.Contains)
            .Take(2)
            .ToList();
        return alike.Count == 1 ? alike[0] : null;
    }
}
