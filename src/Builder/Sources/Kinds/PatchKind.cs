using System.Collections.Immutable;
using Bistro.Builder.Errors;
using Bistro.Builder.Kinds;
using Bistro.Builder.Processes;
using Bistro.Model.Content;
using Bistro.Model.Keys;
using Bistro.Model.Projects;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>patch</c>: changes what the sources before it staged by a patch file of the project.</summary>
public sealed class PatchKind() : SourceKind("patch", KindPackage.Plugins)
{
    public override ISourceConfiguration Configure(SourceDraft source)
    {
        source.Members.ExpectKeys("path", "strip-level");
        var path = source.Project.Files.Check(source.Members.RequiredScalar("path"), ProjectPathKind.File);
        return new PatchConfiguration(source.Project.Files, path, source.Members.Integer("strip-level", 1));
    }
}

/// <summary>The patch file and how it is applied.</summary>
/// <param name="Files">The project's files.</param>
/// <param name="Path">The patch in the project, as written and checked.</param>
/// <param name="StripLevel">How many leading folders of the names in the patch are dropped.</param>
public sealed record PatchConfiguration(ProjectFiles Files, string Path, int StripLevel) : IFetchable
{
    // As it was when the key was computed; exactly this is applied later. A read that failed is repeated.
    private readonly Lazy<LocalTree> _tree = new(() => Files.ReadTree(Path), LazyThreadSafetyMode.PublicationOnly);

    public LocalTree Tree => _tree.Value;

    private static readonly Tool Patch = new("patch", "patch");

    public bool IsResolved => true;

    public string LocalPath => Files.Resolve(Path);

    public KeyValue UniqueKey => KeyValue.Of([Path, Sha256, StripLevel]);

    public ImmutableArray<SourceInfo> Info =>
    [
        new SourceInfo { Kind = "patch", Url = Path, Medium = "local", VersionType = "sha256", Version = Sha256 },
    ];

    private string Sha256 => Tree.Files[0].Digest.Hash.Hex;

    public bool ChangesPrevious => true;

    public Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken) => PreviousSources.ChangeAsync(
        staging,
        async directory =>
        {
            if (!Directory.EnumerateFileSystemEntries(directory).Any())
                throw new SourceException($"There is nothing to patch with '{Path}': no source before it staged anything there.");
            var patches = await LocalTrees.CheckoutAsync(staging, Tree, Path, cancellationToken);
            var patch = System.IO.Path.Join(patches, Tree.Files[0].Path);
            var command = new ToolCommand(Patch, $"-p{StripLevel}", "-i", patch, "-d", directory);
            await staging.Tools.RunLoggedAsync(command, staging.Log, cancellationToken);
        },
        cancellationToken);

    public Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken) => Task.FromResult<MappingNode?>(null);
}
