using System.Collections.Immutable;
using Bistro.Model.Keys;
using Bistro.Model.Projects;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>local</c>: a file or a folder of the project.</summary>
public sealed class LocalKind() : SourceKind("local")
{
    public override ISourceConfiguration Configure(SourceDraft source)
    {
        source.Members.ExpectKeys("path");
        return new LocalConfiguration(source.Project.Files, source.Project.Files.Check(source.Members.RequiredScalar("path")));
    }
}

/// <summary>A path of the project, whose content is the key.</summary>
/// <param name="Files">The project's files.</param>
/// <param name="Path">The path in it, as written and checked.</param>
public sealed record LocalConfiguration(ProjectFiles Files, string Path) : ISourceConfiguration
{
    public bool IsResolved => true;

    public string LocalPath => Files.Resolve(Path);

    public KeyValue UniqueKey => Files.ReadTree(Path).Root.Hash.Hex;

    public ImmutableArray<SourceInfo> Info =>
    [
        new SourceInfo
        {
            Kind = "local",
            Url = Path,
            Medium = "local",
            VersionType = "cas-digest",
            Version = Files.ReadTree(Path).Root.ToString(),
        },
    ];
}
