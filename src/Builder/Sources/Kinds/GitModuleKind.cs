using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Model.Keys;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>git_module</c>: a submodule of a git source before it, staged in its place.</summary>
public sealed class GitModuleKind() : SourceKind("git_module", KindPackage.Community)
{
    public override bool RequiresPreviousSources => true;

    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys(["url", "path", "ref", "full-clone", "use-lfs", .. VersionHint.Members]);
        return new GitModuleConfiguration
        {
            Url = members.Text("url"),
            TranslatedUrl = source.TranslateUrl(members.RequiredScalar("url")),
            Path = Relative(members.Text("path")),
            Ref = members.OptionalText("ref"),
            UsesLfs = members.Bool("use-lfs", false),
            Version = VersionHint.Read(members),
        };
    }

    /// <summary>An absolute path loses its root and its <c>..</c>; a relative one stays as written.</summary>
    private static string Relative(string path) =>
        path.StartsWith('/') ? System.IO.Path.GetFullPath(path).Trim('/') is { Length: > 0 } inner ? inner : "." : path;
}

/// <summary>The submodule and its commit.</summary>
public sealed record GitModuleConfiguration : ISourceConfiguration
{
    /// <summary>As written, alias and all.</summary>
    public required string Url { get; init; }

    public required string TranslatedUrl { get; init; }

    /// <summary>Where it stands in the repository above; may be empty.</summary>
    public required string Path { get; init; }

    /// <summary>Any text is taken while loading; null when it was never tracked.</summary>
    public required string? Ref { get; init; }

    /// <summary>Whether large files are fetched, and not left as pointers.</summary>
    public required bool UsesLfs { get; init; }

    public required VersionHint Version { get; init; }

    public bool IsResolved => Ref is not null;

    public KeyValue UniqueKey
    {
        get
        {
            var key = new List<KeyValue> { Url, Ref };
            if (Path.Length > 0)
                key.Add(KeyValue.Of(("path", Path)));
            if (UsesLfs)
                key.Add("use-lfs");
            if (Version.Key is { } version)
                key.Add(version);
            return KeyValue.Of(key);
        }
    }

    public ImmutableArray<SourceInfo> Info => Ref is null ? [] : [GitTagConfiguration.Info("git_module", TranslatedUrl, Ref, Version)];
}
