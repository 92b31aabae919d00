using System.Collections.Concurrent;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Folders;
using Bistro.Model.Loading;

namespace Bistro.Registry.OnDemand;

/// <summary>What a name of a project's image stands for.</summary>
public abstract record ImageLookup
{
    private ImageLookup()
    {
    }

    public sealed record Found(Element Element) : ImageLookup;

    /// <summary>The project has no element of that name.</summary>
    public sealed record Missing : ImageLookup;

    /// <summary>The project is wrong where the image needs it.</summary>
    public sealed record Broken(LoadException Mistake) : ImageLookup;
}

/// <summary>
/// The images of a served project as its files are now. What was loaded is kept until a file changes; then names are looked up
/// anew, and the loader does again only what the change touches.
/// </summary>
public sealed class ProjectImages : IDisposable
{
    // A stranger may ask for any number of names that are not there.
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

    /// <summary>What the name stands for now. Answers of an earlier load come back completed.</summary>
    public Task<ImageLookup> FindAsync(string image)
    {
        var names = _names;
        if (names.Count > MaxNames)
            _names = names = new ConcurrentDictionary<string, Task<ImageLookup>>(StringComparer.Ordinal);
        return names.GetOrAdd(image, name => Task.Run(() => LookUpAsync(name)));
    }

    /// <summary>The names that the images map and the search list give, as far as they are repository names.</summary>
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

    /// <summary>Null when there is no such element.</summary>
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

    /// <summary>Whether the target itself is what is missing: then no file is to blame.</summary>
    private static bool IsMissing(LoadException mistake) =>
        mistake.Errors is [{ Reason: LoadErrorReason.MissingFile or LoadErrorReason.LoadingDirectory or LoadErrorReason.BadElementName, Where: null }];

    private async ValueTask<bool> IsJunctionAsync(string element) =>
        await TryLoadAsync(element) is ImageLookup.Found { Element.Kind.Name: JunctionKind.KindName };

    /// <summary>Repository names are lower case, element names need not be: the one element that differs only in that.</summary>
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
