using System.Collections.Immutable;
using Bistro.Builder.Errors;
using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Git;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>git_module</c>: a submodule of a git source before it, staged in its place.</summary>
public sealed class GitModuleKind() : SourceKind("git_module", KindPackage.Community)
{
    public override bool RequiresPreviousSources => true;

    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys(["path", "ref", "full-clone", "use-lfs", .. GitOrigin.Members]);
        return new GitModuleConfiguration
        {
            Origin = GitOrigin.Read(source),
            Path = Relative(members.Text("path")),
            Ref = members.OptionalText("ref"),
            UsesLfs = members.Bool("use-lfs", false),
        };
    }

    /// <summary>An absolute path loses its root and its <c>..</c>; a relative one stays as written.</summary>
    private static string Relative(string path) =>
        path.StartsWith('/') ? System.IO.Path.GetFullPath(path).Trim('/') is { Length: > 0 } inner ? inner : "." : path;
}

/// <summary>The submodule and its commit.</summary>
public sealed record GitModuleConfiguration : IFetchable
{
    public required GitOrigin Origin { get; init; }

    /// <summary>Where it stands in the repository above; may be empty.</summary>
    public required string Path { get; init; }

    /// <summary>Any text is taken while loading; null when it was never tracked.</summary>
    public required string? Ref { get; init; }

    /// <summary>Whether large files are fetched, and not left as pointers.</summary>
    public required bool UsesLfs { get; init; }

    public bool IsResolved => Ref is not null;

    public KeyValue UniqueKey
    {
        get
        {
            var key = new List<KeyValue> { Origin.Url, Ref };
            if (Path.Length > 0)
                key.Add(KeyValue.Of(("path", Path)));
            if (UsesLfs)
                key.Add("use-lfs");
            if (Origin.Version.Key is { } version)
                key.Add(version);
            return KeyValue.Of(key);
        }
    }

    public ImmutableArray<SourceInfo> Info => Ref is null ? [] : [GitTagConfiguration.Info("git_module", Origin, Ref)];

    /// <summary>The submodule in its place, as far as the source's directory does not say it.</summary>
    public async Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        GitTagConfiguration.RefuseLfs(UsesLfs, Origin.TranslatedUrl);
        var checkout = new GitCheckout(staging) { KeepsHistory = true };
        var tree = await checkout.StageAsync(GitRef.Parse(Ref!), Origin.Urls(staging), cancellationToken);
        var draft = staging.Trees.BeginDraft();
        return await draft.CommitAsync(draft.Merge([new TreeLayer(tree, "/" + Path)]).Tree, cancellationToken);
    }

    /// <summary>The commit that the repository above, staged before, names for this path.</summary>
    public async Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        var path = System.IO.Path.Join(staging.Source.Directory, Path).Trim('/');
        for (var above = path; above.Length > 0;)
        {
            above = above.LastIndexOf('/') is >= 0 and var slash ? above[..slash] : "";
            if (staging.Trees.Subtree(staging.Previous, $"/{above}/.git") is not { } git)
                continue;
            var directory = System.IO.Path.Combine(staging.ScratchDirectory, System.IO.Path.GetRandomFileName());
            await staging.Trees.CheckoutAsync(git, directory, cancellationToken);
            var repository = new GitRepository(directory, staging.Tools, staging.Log);
            var below = above.Length == 0 ? path : path[(above.Length + 1)..];
            var entries = await GitTree.ListAsync(repository, "HEAD", cancellationToken);
            return entries.FirstOrDefault(entry => entry.IsSubmodule && entry.Path == below) is { } module
                ? NewRef.Of(module.Id)
                : throw new SourceException($"The repository that was staged before has no submodule at '{below}'.", Origin.TranslatedUrl);
        }
        throw new SourceException($"No git repository was staged before that could have a submodule at '{path}'.", Origin.TranslatedUrl);
    }
}
