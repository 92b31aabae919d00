using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Bistro.Builder.Images;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Folders;
using Bistro.Model.Loading;
using Bistro.Model.Yaml;
using Bistro.Registry.Watching;

namespace Bistro.Registry.OnDemand;

/// <summary>
/// The images of a served project in the current state of its files. Loaded elements are cached until a file changes; then the
/// loader repeats only the work that the change affects.
/// </summary>
public sealed class ProjectImages : IDisposable
{
    // The longest time to miss changes that the kernel does not report: on a network file system, or below a new mount.
    private static readonly TimeSpan Trust = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TrustWithGap = TimeSpan.FromSeconds(2);

    // Files read outside of the project are watched after the load, so the load may need repeating for the files that they refer to.
    private const int MostLoads = 5;

    private readonly ProjectLoader _loader;
    private readonly ProjectWatch _watch;
    private readonly ProjectLog _log;
    private readonly TimeProvider _time;
    private LookupTable? _table;
    private long _checked;

    public ProjectImages(ServedProject project, ProjectLoader loader, ProjectLog log, TimeProvider time)
    {
        Project = project;
        (_loader, _log, _time) = (loader, log, time);
        _watch = new ProjectWatch(project.Folders);
    }

    public ServedProject Project { get; }

    /// <summary>The element for a name, now. Cached results complete synchronously.</summary>
    public Task<ImageLookup> FindAsync(string image) => Current().FindAsync(image, () => LookUpAsync(image));

    /// <summary>The names from the images map and the search list that are valid repository names.</summary>
    public IReadOnlyList<string> List() => [.. Project.Images.Keys.Order(StringComparer.Ordinal).Concat(Searched()).Distinct()];

    /// <summary>Reads what a change may have affected: project.conf, and the images with mistakes. Logs mistakes.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var state = _watch.Look();
        if (state.Version == _checked && state.Gap is null)
            return;
        ReadConfiguration();
        foreach (var image in _log.BrokenImages)
            await FindAsync(image).WaitAsync(cancellationToken);
        _checked = state.Version;
    }

    /// <summary>
    /// The elements under <c>images:</c> and <c>junctions:</c> that the project does not have, with their places in the configuration.
    /// Other mistakes are logged.
    /// </summary>
    public async IAsyncEnumerable<LoadError> CheckEntryAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A mistake in project.conf is reported once, not once for each name.
        if (ReadConfiguration() is null)
            yield break;
        foreach (var (image, node, _) in Members("images"))
            if (await FindAsync(image).WaitAsync(cancellationToken) is ImageLookup.Missing)
                yield return Mistake(node.Provenance, $"The project '{Project.Name}' has no element '{Project.Images[image]}'");
        foreach (var (junction, node, place) in Members("junctions"))
        {
            if (!Directory.Exists(Project.Junctions[junction]))
                yield return Mistake(node.Provenance, $"There is no folder '{Project.Junctions[junction]}' for the junction '{junction}'");
            if (await DescribeJunctionAsync(junction) is { } wrong)
                yield return Mistake(place, $"The project '{Project.Name}' has {wrong}");
        }
    }

    public void Dispose() => _watch.Dispose();

    private ImmutableArray<Member> Members(string key) => Project.Entry[key] is MappingNode written ? written.Members : [];

    private static LoadError Mistake(Provenance where, string message) => new(LoadErrorReason.InvalidData, where, message);

    /// <summary>The result if the element is not a junction; null if it is.</summary>
    private async Task<string?> DescribeJunctionAsync(string name)
    {
        try
        {
            return await TryLoadAsync(name) switch
            {
                ImageLookup.Found { Source.Element.Kind.Name: JunctionKind.KindName } => null,
                ImageLookup.Found => $"the element '{name}', which is not a junction",
                _ => $"no junction '{name}'",
            };
        }
        catch (Exception failure) when (failure is JunctionAwayException || ProjectMistake.Of(Project, failure) is not null)
        {
            // The mistake is reported for images that need the junction.
            return null;
        }
    }

    private LookupTable Current()
    {
        var state = _watch.Look();
        _log.NoteGap(state.Gap);
        var table = _table;
        var now = _time.GetUtcNow();
        if (table is not null && table.Version == state.Version && !table.IsFull && now - table.Made < (state.Gap is null ? Trust : TrustWithGap))
            return table;
        // If two are created concurrently, one is used only for a moment.
        return _table = new LookupTable(state.Version, now, _time);
    }

    private List<string> Searched()
    {
        var names = new List<string>();
        if (ReadConfiguration() is not { } elements)
            return names;
        foreach (var pattern in Project.Search)
        {
            if (pattern.EndsWith("/{}.bst", StringComparison.Ordinal))
                names.AddRange(ElementsIn(Path.Join(elements, Path.GetDirectoryName(pattern))));
        }
        return names;
    }

    private static List<string> ElementsIn(string folder)
    {
        try
        {
            return Directory.EnumerateFiles(folder, "*.bst").Order(StringComparer.Ordinal).Select(Path.GetFileNameWithoutExtension).OfType<string>().ToList();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The folder is missing or unreadable: its images are not listed, and requests for them report the cause.
            return [];
        }
    }

    /// <summary>The folder of the elements; null if project.conf has a mistake, which is logged.</summary>
    private string? ReadConfiguration()
    {
        try
        {
            var folder = _loader.ElementsFolder();
            _log.Note(null, null);
            return folder;
        }
        catch (Exception failure) when (ProjectMistake.Of(Project, failure) is { } mistake)
        {
            _log.Note(null, mistake);
            return null;
        }
    }

    private async Task<ImageLookup> LookUpAsync(string image)
    {
        var lookup = await TryLookUpAsync(image);
        _log.Note(image, (lookup as ImageLookup.Broken)?.Mistake);
        return lookup;
    }

    private async Task<ImageLookup> TryLookUpAsync(string image)
    {
        LoadException? wrongJunction = null;
        try
        {
            await foreach (var candidate in ImageNames.Candidates(Project, image, IsJunctionAsync))
                if (await TryLoadAsync(candidate) is { } lookup)
                    return WithFiles(image, lookup);
            if (await AlikeAsync(image) is { } element && await TryLoadAsync(element) is { } alike)
                return alike;
            return wrongJunction is null ? new ImageLookup.Missing() : throw wrongJunction;
        }
        catch (JunctionAwayException away)
        {
            return new ImageLookup.Unavailable(away.Message, away.RetryAfter);
        }
        catch (Exception failure) when (ProjectMistake.Of(Project, failure) is { } mistake)
        {
            return new ImageLookup.Broken(mistake);
        }

        // A mistake in a junction matters only if the name has no other interpretation.
        async ValueTask<bool> IsJunctionAsync(string element)
        {
            try
            {
                return await TryLoadAsync(element) is ImageLookup.Found { Source.Element.Kind.Name: JunctionKind.KindName };
            }
            catch (LoadException mistake)
            {
                wrongJunction ??= mistake;
                return false;
            }
        }
    }

    private ImageLookup WithFiles(string image, ImageLookup lookup) =>
        lookup is ImageLookup.Found found && Project.Files.TryGetValue(image, out var files)
            ? new ImageLookup.Found(found.Source with { Files = files })
            : lookup;

    /// <summary>Null if the element does not exist.</summary>
    private async Task<ImageLookup?> TryLoadAsync(string element)
    {
        try
        {
            for (var loads = 1; ; loads++)
            {
                var loaded = await _loader.LoadAsync([element], CancellationToken.None);
                // Files that were not watched may have changed since they were read.
                if (!_watch.Cover(loaded.Files) || loads == MostLoads)
                    return new ImageLookup.Found(new ImageSource(loaded.Targets[0]));
            }
        }
        catch (LoadException mistake) when (IsMissing(mistake))
        {
            return null;
        }
    }

    /// <summary>Whether the target itself is missing, and not a file that another file refers to.</summary>
    private static bool IsMissing(LoadException mistake) =>
        mistake.Errors is [{ Reason: LoadErrorReason.MissingFile or LoadErrorReason.LoadingDirectory or LoadErrorReason.BadElementName, Where: null }];

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
