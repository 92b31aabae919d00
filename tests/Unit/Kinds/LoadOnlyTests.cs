using Bistro.Builder.Builds;
using Bistro.Builder.Errors;
using Bistro.Builder.Kinds;
using Bistro.Builder.Sources;
using Bistro.Builder.Sources.Kinds;
using Bistro.Unit.Projects;

namespace Bistro.Unit.Kinds;

/// <summary>A kind that only loads says so, with the place, when more is asked of it; docs/kinds.md lists these kinds.</summary>
public sealed class LoadOnlyTests : IDisposable
{
    private const string Sha = "0123456789012345678901234567890123456789";
    private const string Ref = "0123456789012345678901234567890123456789012345678901234567890123";

    internal static readonly string[] LoadOnlyElements = ["snap_image", $"collect_manifest of {KindPackage.Experimental}"];
    internal static readonly string[] LoadOnlySources = ["bzr", "cargo", "cargo2", "docker", "go_module", "ostree", "pip"];

    private readonly LittleProjects _projects = new();

    public LoadOnlyTests() => _projects
        .With("a-file", "")
        .With("patches/one", "")
        .With("image.bst", "kind: import\nsources: [{kind: local, path: a-file}]\n");

    public void Dispose() => _projects.Dispose();

    /// <summary>The least that an element of each kind says beside the kind.</summary>
    public static TheoryData<string, string> Elements => new()
    {
        { "import", "sources: [{kind: local, path: a-file}]" },
        { "manual", "" },
        { "script", "build-depends: [image.bst]\nconfig: {commands: [x]}" },
        { "stack", "" },
        { "compose", "build-depends: [image.bst]" },
        { "filter", "build-depends: [image.bst]" },
        { "autotools", "" },
        { "cmake", "" },
        { "make", "" },
        { "meson", "" },
        { "pip", "" },
        { "setuptools", "" },
        { "pyproject", "" },
        { "makemaker", "" },
        { "modulebuild", "" },
        { "qmake", "" },
        { "cargo", "" },
        { "oci", "config: {images: [{os: linux, architecture: amd64}]}" },
        { "tar_element", "" },
        { "snap_image", "config: {directory: /snap, metadata: {name: x}}" },
        { "ostree", "config: {ostree-branch: x}" },
        { "collect_manifest", "" },
        { "collect_integration", "config: {script-path: /x}" },
        { "collect_initial_scripts", "config: {path: /x}" },
        { "check_forbidden", "config: {forbidden: []}" },
        { "flatpak_image", "config: {directory: /usr, metadata: {Runtime: {name: x}}}" },
        { "flatpak_repo", "variables: {arch: x, branch: y}\nbuild-depends: [{filename: image.bst, config: {flatpak-image: True}}]" },
    };

    /// <summary>The least that a source of each kind says beside the kind.</summary>
    public static TheoryData<string, string> Sources => new()
    {
        { "local", "path: a-file" },
        { "tar", $"url: 'https://a.example/a.tar', ref: '{Ref}'" },
        { "zip", $"url: 'https://a.example/a.zip', ref: '{Ref}'" },
        { "remote", $"url: 'https://a.example/a', ref: '{Ref}'" },
        { "git", $"url: 'https://a.example/a.git', ref: '{Sha}'" },
        { "git_tag", $"url: 'https://a.example/a.git', ref: '{Sha}'" },
        { "git_repo", $"url: 'https://a.example/a.git', ref: '{Sha}'" },
        { "git_module", $"url: 'https://a.example/a.git', path: x, ref: '{Sha}'" },
        { "patch", "path: a-file" },
        { "patch_queue", "path: patches" },
        { "quilt", "" },
        { "docker", $"registry-url: 'https://a.example', image: x, ref: '{Ref}'" },
        { "cargo", $"url: 'https://a.example', ref: [{{name: x, version: '1', sha: '{Ref}'}}]" },
        { "cargo2", $"url: 'https://a.example', ref: [{{name: x, version: '1', sha: '{Ref}'}}]" },
        { "gen_cargo_lock", "ref: eA==" },
        { "pip", "url: 'https://a.example', requirements-files: [x], ref: x" },
        { "pypi", $"url: 'https://a.example', name: x, ref: {{suffix: x, sha256sum: '{Ref}'}}" },
        { "cpan", $"index: 'https://a.example', name: x, suffix: x, sha256sum: '{Ref}'" },
        { "go_module", $"url: 'https://a.example/a.git', module: x, ref: {{go-version: v1.0.0, git-ref: '{Sha}', explicit: True}}" },
        { "ostree", $"url: 'https://a.example', ref: '{Ref}'" },
        { "deb", $"url: 'https://a.example/a.deb', ref: '{Ref}'" },
        { "apt", $"suite: x, packages: [x], ref: [{{name: x, version: '1', sha256: '{Ref}'}}]" },
        { "bzr", "url: 'https://a.example', track: x, ref: '1'" },
    };

    [Theory]
    [MemberData(nameof(Elements))]
    public async Task An_element_is_built_or_says_that_it_is_not(string kind, string content)
    {
        _projects.With("a.bst", $"kind: {kind}\n{content}\n");
        foreach (var known in ElementKinds.All.Where(known => known.Name == kind))
        {
            Declare("elements", kind, known.Package);

            var element = await _projects.LoadAsync("a.bst");

            Assert.Same(known, element.Kind);
            Assert.True(element.Keys.AreResolved);
            if (!LoadOnlyElements.Contains(kind) && !LoadOnlyElements.Contains($"{kind} of {known.Package}"))
                Assert.NotNull(IBuildable.Of(element));
            else
                Assert.StartsWith(
                    $"a.bst:1:1: Elements of kind '{kind}' are loaded and have their cache key, but Bistro cannot build them",
                    Assert.Throws<BuildException>(() => IBuildable.Of(element)).Message);
        }
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task A_source_is_fetched_or_says_that_it_is_not(string kind, string content)
    {
        Declare("sources", kind, SourceKinds.All.First(known => known.Name == kind).Package);
        _projects.With("a.bst", $"kind: manual\nsources:\n- {{kind: local, path: a-file}}\n- {{kind: {kind}, {content}}}\n");

        var source = (await _projects.LoadAsync("a.bst")).Sources[1];

        Assert.True(source.Configuration.IsResolved);
        if (!LoadOnlySources.Contains(kind))
            Assert.NotNull(IFetchable.Of(source));
        else
            Assert.StartsWith(
                $"a.bst:4:3: Sources of kind '{kind}' are loaded and have their cache key, but Bistro cannot fetch them",
                Assert.Throws<SourceException>(() => IFetchable.Of(source)).Message);
    }

    private void Declare(string what, string kind, string? package) => _projects.With(
        "project.conf",
        "name: top\nmin-version: 2.0\n"
        + (package is null ? "" : $"plugins: [{{origin: {(package == KindPackage.Bistro ? "bistro" : $"pip, package-name: {package}")}, {what}: [{kind}]}}]\n"));
}
