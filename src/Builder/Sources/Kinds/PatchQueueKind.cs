using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Git;
using Bistro.Model.Content;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Projects;
using Bistro.Model.Python;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>patch_queue</c>: applies every patch of a folder of the project, by name, as git does.</summary>
public sealed class PatchQueueKind() : SourceKind("patch_queue", KindPackage.Community)
{
    public override ISourceConfiguration Configure(SourceDraft source)
    {
        source.Members.ExpectKeys("path");
        var node = source.Members.RequiredScalar("path");
        var path = source.Project.Files.Check(node, ProjectPathKind.Directory);
        if (Directory.EnumerateDirectories(source.Project.Files.Resolve(path)).Any())
            throw new LoadException(
                LoadErrorReason.InvalidData, node.Provenance, $"The folder '{path}' may hold patches only, but it has a subfolder.");
        return new PatchQueueConfiguration(source.Project.Files, path) { Where = node.Provenance };
    }
}

/// <summary>The folder of patches.</summary>
/// <param name="Files">The project's files.</param>
/// <param name="Path">The folder in the project, as written and checked.</param>
public sealed record PatchQueueConfiguration(ProjectFiles Files, string Path) : IFetchable
{
    // As it was when the key was computed; exactly this is applied later. A read that failed is repeated.
    private LocalTree? _tree;

    /// <summary>The place of the path in the element, for messages.</summary>
    public Provenance? Where { get; init; }

    public LocalTree Tree => LazyInitializer.EnsureInitialized(ref _tree, () => Files.ReadTree(Path, Where));

    public bool IsResolved => true;

    public string LocalPath => Files.Resolve(Path);

    /// <summary>In the order in which they are applied: <c>10</c> before <c>9</c>, <c>B</c> before <c>a</c>.</summary>
    public IEnumerable<LocalFile> Patches => Tree.Files.OrderBy(file => file.Path, CodePointOrder.Instance);

    public KeyValue UniqueKey => KeyValue.Of(Patches.Select(patch => patch.Digest.Hash.Hex));

    public ImmutableArray<SourceInfo> Info =>
    [
        .. Patches.Select(patch => new SourceInfo
        {
            Kind = "patch_queue",
            Url = System.IO.Path.Join(Path, patch.Path),
            Medium = "local",
            VersionType = "sha256",
            Version = patch.Digest.Hash.Hex,
        }),
    ];

    public bool ChangesPrevious => true;

    public Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken) => PreviousSources.ChangeAsync(
        staging,
        async directory =>
        {
            var patches = await LocalTrees.CheckoutAsync(staging, Tree, Path, cancellationToken);
            await GitPatches.ApplyAsync(staging, directory, Patches.Select(patch => System.IO.Path.Join(patches, patch.Path)), cancellationToken);
        },
        cancellationToken);

    public Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken) => Task.FromResult<MappingNode?>(null);
}
