using System.Collections.Immutable;
using Bistro.Model.Content;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Projects;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>local</c>: a file or a folder of the project.</summary>
public sealed class LocalKind() : SourceKind("local")
{
    public override ISourceConfiguration Configure(SourceDraft source)
    {
        source.Members.ExpectKeys("path");
        var path = source.Members.RequiredScalar("path");
        return new LocalConfiguration(source.Project.Files, source.Project.Files.Check(path)) { Where = path.Provenance };
    }
}

/// <summary>A path of the project, whose content is the key.</summary>
/// <param name="Files">The project's files.</param>
/// <param name="Path">The path in it, as written and checked.</param>
public sealed record LocalConfiguration(ProjectFiles Files, string Path) : IFetchable
{
    // As it was when the key was computed; exactly this is staged later. A read that failed is repeated.
    private LocalTree? _tree;

    /// <summary>The place of the path in the element, for messages.</summary>
    public Provenance? Where { get; init; }

    public LocalTree Tree => LazyInitializer.EnsureInitialized(ref _tree, () => Files.ReadTree(Path, Where));

    public bool IsResolved => true;

    public string LocalPath => Files.Resolve(Path);

    public KeyValue UniqueKey => Tree.Root.Hash.Hex;

    public ImmutableArray<SourceInfo> Info =>
    [
        new SourceInfo
        {
            Kind = "local",
            Url = Path,
            Medium = "local",
            VersionType = "cas-digest",
            Version = Tree.Root.ToString(),
        },
    ];

    public Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken) =>
        LocalTrees.StoreAsync(staging, Tree, Path, cancellationToken);

    public Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken) => Task.FromResult<MappingNode?>(null);
}
