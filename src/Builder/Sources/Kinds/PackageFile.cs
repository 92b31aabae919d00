using System.Collections.Immutable;
using Bistro.Model.Keys;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Kinds;

/// <summary>A file of a package registry, named by what follows the registry's address: what <c>pypi</c> and <c>cpan</c> share.</summary>
/// <param name="Registry">
/// The registry's address as a folder, as written. Null when nobody gave it: it is not in the key, so it is missed only when the file is
/// fetched.
/// </param>
/// <param name="TranslatedRegistry">The same with its alias filled in.</param>
/// <param name="Suffix">What follows the address; null when it was never tracked.</param>
/// <param name="Sha256">Of the file; null when it was never tracked.</param>
/// <param name="Version">What is reported as the version.</param>
public sealed record PackageFile(
    string? Registry, string? TranslatedRegistry, string? Suffix, string? Sha256, VersionHint Version)
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
            VersionHint.Read(source.Members));
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
}
