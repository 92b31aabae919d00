using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Folders;
using Bistro.Model.Loading;
using Bistro.Model.Yaml;
using Bistro.Registry.Watching;

namespace Bistro.Registry.OnDemand;

/// <summary>
/// The images of a served project as its files are now. What was loaded is kept until a file changes; then names are looked up
/// again, and the loader repeats only what the change affects.
/// </summary>
public sealed class ProjectImages : IDisposable
{
    // Bounds how long a change is missed that the kernel does not report: on a network file system, or under a new mount.
    private static readonly TimeSpan Trust = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TrustWithGap = TimeSpan.FromSeconds(2);

    // Files that are read outside of the project are watched from then on, and so on for what they lead to.
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

    /// <summary>What the name stands for now. Answers of an earlier load come back completed.</summary>
    public Task<ImageLookup> FindAsync(string image) => Current().FindAsync(image, () => LookUpAsync(image));

    /// <summary>The names that the images map and the search list give, as far as they are repository names.</summary>
    public IReadOnlyList<string> List() => [.. Project.Images.Keys.Order(StringComparer.Ordinal).Concat(Searched()).Distinct()];

    /// <summary>Reads what a change may have affected: project.conf, and the images in which mistakes were found. Mistakes are logged.</summary>
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
    /// The elements under <c>images:</c> and <c>junctions:</c> that the project does not have, each at its place in the configuration.
    /// Other mistakes are logged.
    /// </summary>
    public async IAsyncEnumerable<LoadError> CheckEntryAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One mistake in project.conf, and not one for each name.
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

    /// <summary>What the name stands for instead of a junction; null where it stands for one.</summary>
    private async Task<string?> DescribeJunctionAsync(string name)
    {
        try
        {
            return await TryLoadAsync(name) switch
            {
                ImageLookup.Found { Element.Kind.Name: JunctionKind.KindName } => null,
                ImageLookup.Found => $"the element '{name}', which is not a junction",
                _ => $"no junction '{name}'",
            };
        }
        catch (Exception failure) when (failure is JunctionAwayException || ProjectMistake.Of(Project, failure) is not null)
        {
            // It is told where an image needs the junction.
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
        // Of two that are made at once one is used for a moment only.
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
            // It is not there, or cannot be read: the images in it are not listed, and say why when they are asked for.
            return [];
        }
    }

    /// <summary>The folder of the elements; null while project.conf is wrong, which is logged.</summary>
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
                    return lookup;
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

        // A mistake in a junction matters only where the name has no other reading.
        async ValueTask<bool> IsJunctionAsync(string element)
        {
            try
            {
                return await TryLoadAsync(element) is ImageLookup.Found { Element.Kind.Name: JunctionKind.KindName };
            }
            catch (LoadException mistake)
            {
                wrongJunction ??= mistake;
                return false;
            }
        }
    }

    /// <summary>Null when there is no such element.</summary>
    private async Task<ImageLookup?> TryLoadAsync(string element)
    {
        try
        {
            for (var loads = 1; ; loads++)
            {
                var loaded = await _loader.LoadAsync([element], CancellationToken.None);
                // What was not watched may have changed since it was read.
                if (!_watch.Cover(loaded.Files) || loads == MostLoads)
                    return new ImageLookup.Found(loaded.Targets[0]);
            }
        }
        catch (LoadException mistake) when (IsMissing(mistake))
        {
            return null;
        }
    }

    /// <summary>Whether the target itself is what is missing: then no file is to blame.</summary>
    private static bool IsMissing(LoadException mistake) =>
        mistake.Errors is [{ Reason: LoadErrorReason.MissingFile or LoadErrorReason.LoadingDirectory or LoadErrorReason.BadElementName, Where: null }];

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
