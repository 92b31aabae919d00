using System.Collections.Immutable;
using System.IO.Compression;
using Bistro.Builder.Errors;
using Bistro.Builder.Kinds;
using Bistro.Model.Content;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>cpan</c>: a distribution of a Perl module. Its ref is the two members <c>suffix</c> and <c>sha256sum</c>.</summary>
public sealed class CpanKind() : SourceKind("cpan", KindPackage.Community)
{
    public override ImmutableArray<string> RefMembers => ["suffix", "sha256sum"];

    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys(["name", "suffix", "sha256sum", "index", .. VersionHint.Members]);
        return new CpanConfiguration(
            members.Text("name"),
            PackageFile.Read(source, "index", members.OptionalText("suffix"), members.OptionalText("sha256sum")));
    }
}

/// <summary>The module and the file of its distribution.</summary>
public sealed record CpanConfiguration(string Module, PackageFile File) : IFetchable
{
    public bool IsResolved => File.IsResolved;

    public KeyValue UniqueKey => File.Key;

    public ImmutableArray<SourceInfo> Info => File.Info("cpan");

    public bool IsMirrored(string mirrorDirectory) => Downloader.Has(mirrorDirectory, File.Sha256);

    public Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken) => File.StageAsync(staging, cancellationToken);

    /// <summary>The distribution that CPAN's index names for the module now.</summary>
    public async Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        var index = await DownloadAsync(staging, "modules/02packages.details.txt.gz", cancellationToken);
        await using var file = System.IO.File.OpenRead(Downloader.PathOf(staging, index));
        using var lines = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            // MODULE VERSION PATH, aligned with spaces
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var module, _, var path] || module != Module)
                continue;
            var suffix = $"authors/id/{path}";
            return NewRef.Of(("suffix", suffix), ("sha256sum", (await DownloadAsync(staging, suffix, cancellationToken)).Hex));
        }
        throw new SourceException($"CPAN's index has no module '{Module}'.");
    }

    private Task<Digest> DownloadAsync(SourceStaging staging, string suffix, CancellationToken cancellationToken) =>
        staging.Downloads.TrackAsync(staging, staging.Source.Draft.DownloadUrls(File.UrlOf(staging, suffix)), cancellationToken);
}
