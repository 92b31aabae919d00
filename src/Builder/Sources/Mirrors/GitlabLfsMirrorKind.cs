using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Mirrors;

/// <summary><c>gitlab_lfs_mirror</c>: files that a GitLab project keeps with LFS.</summary>
public sealed class GitlabLfsMirrorKind : ISourceMirrorKind
{
    public string Name => "gitlab_lfs_mirror";

    public string Package => KindPackage.Plugins;

    public ISourceMirror Configure(MappingNode config)
    {
        config.ExpectKeys("aliases", "url", "project", "ref");
        return new GitlabLfsMirror(
            config.Text("url"), config.Text("project"), config.OptionalText("ref") ?? "master", config.Texts("aliases"));
    }
}

/// <summary>The GitLab project, asked by GitLab's API for repository files.</summary>
/// <param name="Url">The GitLab server.</param>
/// <param name="Project">The project's path; may hold <c>{alias}</c>.</param>
/// <param name="Ref">The branch that holds the files.</param>
/// <param name="Aliases">The aliases that it serves.</param>
public sealed record GitlabLfsMirror(string Url, string Project, string Ref, ImmutableArray<string> Aliases) : ISourceMirror
{
    public ImmutableArray<MirrorUrl> Locate(string alias, string path)
    {
        if (!Aliases.Contains(alias))
            return [];
        var project = Uri.EscapeDataString(Project.Replace("{alias}", alias, StringComparison.Ordinal));
        return
        [
            new MirrorUrl(
                $"{Url.TrimEnd('/')}/api/v4/projects/{project}/repository/files/{Uri.EscapeDataString(path)}/raw?ref={Ref}&lfs=true",
                UsesBearer: true),
        ];
    }
}
