using System.Collections.Immutable;
using Bistro.Builder.Errors;
using Bistro.Builder.Kinds;
using Bistro.Model.Content;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>pypi</c>: a source distribution of a Python package.</summary>
public sealed class PypiKind() : SourceKind("pypi", KindPackage.Community)
{
    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys(["name", "url", "ref", "prereleases", "include", "exclude", .. VersionHint.Members]);
        var reference = members.OptionalMapping("ref") is { Members.IsEmpty: false } written ? written : null;
        return new PypiConfiguration
        {
            Package = members.Text("name"),
            File = PackageFile.Read(source, "url", reference?.Text("suffix"), reference?.Text("sha256sum")),
            TakesPrereleases = members.Bool("prereleases", false),
            Include = members.OptionalTexts("include") ?? [],
            Exclude = members.OptionalTexts("exclude") ?? [],
        };
    }
}

/// <summary>The package, its file and how the next one is found.</summary>
public sealed record PypiConfiguration : IFetchable
{
    public required string Package { get; init; }

    public required PackageFile File { get; init; }

    public required bool TakesPrereleases { get; init; }

    /// <summary>Globs over versions, all of which must match.</summary>
    public required ImmutableArray<string> Include { get; init; }

    /// <summary>Globs over versions, none of which may match.</summary>
    public required ImmutableArray<string> Exclude { get; init; }

    public bool IsResolved => File.IsResolved;

    public KeyValue UniqueKey => File.Key;

    public ImmutableArray<SourceInfo> Info => File.Info("pypi");

    public bool IsMirrored(string mirrorDirectory) => Downloader.Has(mirrorDirectory, File.Sha256);

    public Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken) => File.StageAsync(staging, cancellationToken);

    public Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken) => throw new SourceException(
        $"Bistro cannot track 'pypi' sources yet: write the new ref of '{Package}' by hand, its 'suffix' and its 'sha256sum'.");
}
