using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Archives;
using Bistro.Model.Content;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>deb</c>: the files that a Debian package installs.</summary>
public sealed class DebKind() : SourceKind("deb", KindPackage.Community)
{
    public override ISourceConfiguration Configure(SourceDraft source)
    {
        source.Members.ExpectKeys([.. DownloadedFile.Members, "base-dir"]);
        return new DebConfiguration(DownloadedFile.Read(source), source.Members.OptionalText("base-dir") ?? "*");
    }
}

/// <summary>The package and what is taken of it.</summary>
/// <param name="File">The <c>.deb</c> file.</param>
/// <param name="BaseDirectory">A glob: the first folder that matches, sorted, is taken; empty for everything.</param>
public sealed record DebConfiguration(DownloadedFile File, string BaseDirectory) : IFetchable
{
    public bool IsResolved => File.Ref is not null;

    public KeyValue UniqueKey => File.Key(BaseDirectory);

    public ImmutableArray<SourceInfo> Info => [File.Info("deb")];

    public async Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken) => await ArchiveStaging.StageAsync(
        staging, await File.FetchAsync(staging, cancellationToken), DebArchive.ReadAsync, BaseDirectory, cancellationToken);

    public Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken) => File.TrackAsync(staging, cancellationToken);
}
