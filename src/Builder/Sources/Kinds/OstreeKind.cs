using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Projects;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>ostree</c>: a commit of an OSTree repository.</summary>
public sealed class OstreeKind() : SourceKind("ostree", KindPackage.Community)
{
    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys("url", "ref", "track", "gpg-key");
        var configuration = new OstreeConfiguration(
            members.Text("url"),
            source.TranslateUrl(members.RequiredScalar("url")),
            members.OptionalText("ref"),
            members.OptionalText("track"),
            members.Scalar("gpg-key") is { } key ? source.Project.Files.Check(key, ProjectPathKind.File) : null);
        return configuration is { Ref: null, Track: null }
            ? throw new LoadException(
                LoadErrorReason.InvalidData, source.Written.Provenance, "An 'ostree' source needs a 'ref', a 'track', or both.")
            : configuration;
    }
}

/// <summary>The repository and the commit.</summary>
/// <param name="Url">As written, alias and all.</param>
/// <param name="TranslatedUrl">With its alias filled in.</param>
/// <param name="Ref">The commit's checksum; null when it was never tracked.</param>
/// <param name="Track">The branch to track.</param>
/// <param name="GpgKey">The key that commits are signed with, a file of the project.</param>
public sealed record OstreeConfiguration(string Url, string TranslatedUrl, string? Ref, string? Track, string? GpgKey)
    : ISourceConfiguration
{
    public bool IsResolved => Ref is not null;

    public KeyValue UniqueKey => KeyValue.Of([(KeyValue)Url, Ref]);

    public ImmutableArray<SourceInfo> Info => [];
}
