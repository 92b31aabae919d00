using System.Collections.Immutable;
using Bistro.Builder.Errors;
using Bistro.Builder.Sources.Archives;
using Bistro.Model.Content;
using Bistro.Model.Keys;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Kinds;

/// <summary>A file of a package registry, named by what follows the registry's address: what <c>pypi</c> and <c>cpan</c> share.</summary>
/// <param name="Registry">
/// The registry's address as a folder, as written. Null if it is not configured: it is not in the key, so it is missed only when the file is
/// fetched.
/// </param>
/// <param name="TranslatedRegistry">The same with its alias filled in.</param>
/// <param name="Suffix">What follows the address; null when it was never tracked.</param>
/// <param name="Sha256">Of the file; null when it was never tracked.</param>
/// <param name="Version">What is reported as the version.</param>
/// <param name="Member">The member that holds the registry's address.</param>
public sealed record PackageFile(
    string? Registry, string? TranslatedRegistry, string? Suffix, string? Sha256, VersionHint Version, string Member)
{
    public bool IsResolved => Suffix is not null && Sha256 is not null;

    public KeyValue Key => KeyValue.Of(Version.Key is { } version ? [Suffix, Sha256, version] : [(KeyValue)Suffix, Sha256]);

    /// <param name="source">What is read.</param>
    /// <param name="member">The member that holds the registry's address.</param>
    /// <param name="suffix">Of the ref.</param>
    /// <param name="sha256">Of the ref.</param>
    public static PackageFile Read(SourceDraft source, string member, string? suffix, string? sha256)
    {
        var registry = source.Members.Scalar(member) is { } url ? RegistryUrl.AsFolder(url) : null;
        return new PackageFile(
            registry?.Value,
            registry is null ? null : source.TranslateUrl(registry),
            suffix,
            sha256,
            VersionHint.Read(source.Members),
            member);
    }

    public ImmutableArray<SourceInfo> Info(string kind)
    {
        if (!IsResolved)
            return [];
        var url = TranslatedRegistry + Suffix;
        return
        [
            new SourceInfo
            {
                Kind = kind,
                Url = url,
                Medium = "remote-file",
                VersionType = "sha256",
                Version = Sha256!,
                VersionGuess = Version.Guess(url),
            },
        ];
    }

    /// <summary>The file's content, each name without its first folder.</summary>
    /// <exception cref="SourceException">It cannot be had, or it is broken.</exception>
    public async Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        var url = UrlOf(staging, Suffix!);
        if (!Digest.TryParseHex(Sha256, out var digest))
            throw new SourceException($"The ref '{Sha256}' is no SHA-256: 64 hex digits are expected.", url);
        var path = await staging.Downloads.FetchAsync(staging, digest, staging.Source.Draft.DownloadUrls(url), cancellationToken);
        var isZip = Suffix!.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);
        return await ArchiveStaging.StageWithoutTopAsync(
            staging, path, isZip ? ZipArchives.ReadAsync : TarArchive.ReadAsync, cancellationToken);
    }

    /// <summary>The URL, as written, of something in the registry.</summary>
    /// <exception cref="SourceException">The registry's address is not configured.</exception>
    public string UrlOf(SourceStaging staging, string suffix) => Registry is null
        ? throw new SourceException(
            $"{staging.Source.Draft.Written.Provenance}: No package registry is known for this '{staging.Source.Kind.Name}' source, and Bistro " +
            $"has none built in. Give its address in project.conf or in bistro.yaml as 'source-defaults: {{{staging.Source.Kind.Name}: {{{Member}: …}}}}'.")
        : Registry + suffix;
}
