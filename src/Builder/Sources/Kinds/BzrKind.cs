using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Model.Keys;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>bzr</c>: a revision of a Bazaar branch.</summary>
public sealed class BzrKind() : SourceKind("bzr", KindPackage.Plugins)
{
    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys("url", "track", "ref", "version");
        return new BzrConfiguration(
            members.Text("url"),
            source.TranslateUrl(members.RequiredScalar("url")),
            members.Text("track"),
            members.OptionalText("ref"),
            members.OptionalText("version"));
    }
}

/// <summary>The branch and the revision.</summary>
/// <param name="Url">As written, alias and all.</param>
/// <param name="TranslatedUrl">With its alias filled in.</param>
/// <param name="Track">The branch below the URL.</param>
/// <param name="Ref">The revision's number; null when it was never tracked.</param>
/// <param name="Version">What is reported as the version.</param>
public sealed record BzrConfiguration(string Url, string TranslatedUrl, string Track, string? Ref, string? Version)
    : ISourceConfiguration
{
    public bool IsResolved => Ref is not null;

    public KeyValue UniqueKey => KeyValue.Of(Version is null ? [(KeyValue)Url, Track, Ref] : [(KeyValue)Url, Track, Ref, Version]);

    public ImmutableArray<SourceInfo> Info => Ref is null
        ? []
        :
        [
            new SourceInfo
            {
                Kind = "bzr",
                Url = TranslatedUrl,
                Medium = "bzr",
                VersionType = "commit",
                Version = Ref,
                VersionGuess = Version,
            },
        ];
}
