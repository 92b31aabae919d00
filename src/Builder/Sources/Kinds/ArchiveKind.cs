using System.Collections.Immutable;
using Bistro.Builder.Sources.Archives;
using Bistro.Model.Content;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary>What a folder of an archive from the network holds: <c>tar</c>, <c>zip</c> and <c>deb</c>, which differ in the format alone.</summary>
/// <param name="name">The kind's name.</param>
/// <param name="read">Knows the format.</param>
/// <param name="package">Whose kind it is; null for the core's.</param>
internal abstract class ArchiveKind(string name, ArchiveReader read, string? package = null) : SourceKind(name, package)
{
    public override ISourceConfiguration Configure(SourceDraft source)
    {
        source.Members.ExpectKeys([.. DownloadedFile.Members, "base-dir"]);
        return new ArchiveConfiguration(Name, read, DownloadedFile.Read(source), source.Members.OptionalText("base-dir") ?? "*");
    }
}

/// <summary>The archive and what is taken of it.</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="Read">Knows the format.</param>
/// <param name="File">The archive.</param>
/// <param name="BaseDirectory">A glob: the first folder that matches, sorted, is taken; empty for everything.</param>
internal sealed record ArchiveConfiguration(string Kind, ArchiveReader Read, DownloadedFile File, string BaseDirectory) : IFetchable
{
    public bool IsResolved => File.Ref is not null;

    public KeyValue UniqueKey => File.Key(BaseDirectory);

    public ImmutableArray<SourceInfo> Info => [File.Info(Kind)];

    public bool IsMirrored(string mirrorDirectory) => Downloader.Has(mirrorDirectory, File.Ref);

    public async Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken) => await ArchiveStaging.StageAsync(
        staging, await File.FetchAsync(staging, cancellationToken), Read, BaseDirectory, cancellationToken);

    public Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken) => File.TrackAsync(staging, cancellationToken);
}
