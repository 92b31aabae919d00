using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>go_module</c>: a Go module from its git repository, staged under <c>vendor</c>.</summary>
public sealed class GoModuleKind() : SourceKind("go_module", KindPackage.Community)
{
    public override bool RequiresPreviousSources => true;

    public override ISourceConfiguration Configure(SourceDraft source)
    {
        source.Members.ExpectKeys("url", "module", "ref");
        return new GoModuleConfiguration(
            source.TranslateUrl(source.Members.RequiredScalar("url")),
            source.Members.Text("module"),
            source.Members.OptionalMapping("ref") is { } reference ? GoModuleRef.Read(reference) : null);
    }
}

/// <summary>Which version of the module, and where in the repository.</summary>
/// <param name="GoVersion">As <c>go.mod</c> names it.</param>
/// <param name="Git">The commit.</param>
/// <param name="IsExplicit">Whether the main module's <c>go.mod</c> names it.</param>
/// <param name="Subdirectory">The folder of the repository that holds it, or null.</param>
public sealed record GoModuleRef(string GoVersion, WrittenGitRef Git, bool IsExplicit, string? Subdirectory)
{
    public KeyValue Key => new KeyMembers()
        .Add("explicit", IsExplicit)
        .Add("git-ref", Git.Text)
        .Add("go-version", GoVersion)
        .AddIfPresent("subdirectory", Subdirectory)
        .ToKey();

    public static GoModuleRef Read(MappingNode reference)
    {
        reference.ExpectKeys("go-version", "git-ref", "explicit", "subdirectory");
        var git = reference.RequiredScalar("git-ref");
        return new GoModuleRef(
            reference.Text("go-version"),
            new WrittenGitRef(git.Value, GitRepoKind.Parse(git)),
            reference.Bool("explicit"),
            reference.OptionalText("subdirectory"));
    }
}

/// <summary>The module and its version.</summary>
public sealed record GoModuleConfiguration(string TranslatedUrl, string Module, GoModuleRef? Ref) : ISourceConfiguration
{
    private static readonly VersionHint ByTag = VersionHint.Read(MappingNode.Empty);

    public bool IsResolved => Ref is not null;

    /// <summary>The URL is not in it.</summary>
    public KeyValue UniqueKey => KeyValue.Of(("bugfix", 1), ("module", Module), ("ref", Ref!.Key));

    public ImmutableArray<SourceInfo> Info => Ref is not { Git.Parsed: var parsed }
        ? []
        : [parsed.Info("go_module", TranslatedUrl, ByTag) with { ExtraData = parsed.ExtraData }];
}
