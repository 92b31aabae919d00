using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Archives;
using Bistro.Model.Content;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>zip</c>: what a folder of a zip file holds.</summary>
public sealed class ZipKind() : SourceKind("zip", KindPackage.Community)
{
    public override ISourceConfiguration Configure(SourceDraft source)
    {
        source.Members.ExpectKeys([.. DownloadedFile.Members, "base-dir"]);
        return new ZipConfiguration(DownloadedFile.Read(source), source.Members.OptionalText("base-dir") ?? "*");
    }
}

/// <summary>The zip file and what is taken of it.</summary>
/// <param name="File">The file.</param>
/// <param name="BaseDirectory">A glob: the first folder that matches, sorted, is taken; empty for everything.</param>
public sealed record ZipConfiguration(DownloadedFile File, string BaseDirectory) : IFetchable
{
    public bool IsResolved => File.Ref is not null;

    public KeyValue UniqueKey => File.Key(BaseDirectory);

    public ImmutableArray<SourceInfo> Info => [File.Info("zip")];

    public async Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken) => await ArchiveStaging.StageAsync(
        staging, await File.FetchAsync(staging, cancellationToken), ZipArchives.ReadAsync, BaseDirectory, cancellationToken);

    public Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken) => File.TrackAsync(staging, cancellationToken);
}
