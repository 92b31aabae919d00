using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text.Json;
using Bistro.Builder.Builds;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Images;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Layouts;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Images.Permissions;
using Bistro.Builder.Trees;
using Bistro.Conformance.Builds;
using Bistro.Conformance.Quickstart;
using Bistro.Model.Content;
using Bistro.Model.Errors;

namespace Bistro.Conformance.Images;

/// <summary>Images as the clients of others read them: from files, without a registry between.</summary>
public sealed class ImageClientTests : IAsyncDisposable
{
    private readonly BuildFixture _fixture = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-images-");

    public ImageClientTests()
    {
        _fixture.Write("project.conf", """
            name: test
            min-version: 2.0
            element-path: elements
            plugins:
            - origin: local
              path: plugins
              elements: [oci]
            """);
        Directory.CreateDirectory(Path.Combine(_fixture.Project, "plugins"));
        _fixture.Write("files/base/etc/motd", "base\n");
        _fixture.Write("files/base/opt/gone/file", "gone\n");
        _fixture.Write("files/base/usr/share/changed", "old\n");
        _fixture.Write("files/app/usr/share/changed", "new\n");
        _fixture.Write($"files/app/usr/share/{new string('n', 120)}/ünïcode", "name\n");
        _fixture.Write("elements/base-files.bst", """
            kind: import
            sources:
            - {kind: local, path: files/base}
            runtime-depends: [base.bst]
            """);
        _fixture.Write("elements/app.bst", """
            kind: import
            sources:
            - {kind: local, path: files/app}
            runtime-depends: [base.bst]
            """);
        _fixture.Write("elements/oci/base.bst", """
            kind: oci
            build-depends: [base-files.bst]
            config:
              images:
              - {os: linux, architecture: amd64, layer: [base-files.bst], config: {Env: ["PATH=/bin", "A=1"]}}
            """);
        _fixture.Write("elements/oci/app.bst", """
            kind: oci
            build-depends: [oci/base.bst, app.bst]
            config:
              images:
              - os: linux
                architecture: amd64
                parent: {element: oci/base.bst}
                layer: [app.bst]
                config: {Entrypoint: [/bin/cat], Cmd: [/usr/share/changed], Labels: {a: b}}
            """);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Skopeo_reads_and_copies_a_layout()
    {
        Skip("skopeo");
        var layout = await CheckoutAsync("oci/app.bst");

        var inspected = Json((await Tool.RunAsync("skopeo", ["inspect", $"oci:{layout}"])).Succeeded());
        Assert.Equal("amd64", inspected.GetProperty("Architecture").GetString());
        Assert.Equal("b", inspected.GetProperty("Labels").GetProperty("a").GetString());
        Assert.Equal(2, inspected.GetProperty("Layers").GetArrayLength());
        // The copy unpacks every layer and compares it with its digest and its diff id.
        (await Tool.RunAsync("skopeo", ["copy", "--insecure-policy", $"oci:{layout}", $"docker-archive:{_directory.FullName}/docker.tar:test/app:1"])).Succeeded();
        (await Tool.RunAsync("skopeo", ["copy", "--insecure-policy", $"oci:{layout}", $"dir:{_directory.FullName}/dir"])).Succeeded();
    }

    [Fact]
    public async Task Podman_loads_what_a_checkout_writes_and_runs_it()
    {
        Skip("podman");
        await using var podman = new Podman();

        var loaded = (await podman.RunAsync("load", "--input", await WriteArchiveAsync("oci/app.bst"))).Succeeded();

        Assert.Contains("localhost/test/app:latest", loaded, StringComparison.Ordinal);
        Assert.Equal("new\n", (await podman.RunAsync("run", "--rm", "--network=none", "localhost/test/app:latest")).Succeeded());
    }

    [Fact]
    public async Task Podmans_idea_of_the_filesystem_is_the_tree()
    {
        Skip("podman");
        await using var podman = new Podman();
        await podman.RunAsync("load", "--input", await WriteArchiveAsync("oci/app.bst"));

        var mounted = (await podman.RunAsync("image", "mount", "localhost/test/app:latest")).Succeeded().Trim();
        var found = await _fixture.Builds.Trees.CaptureAsync(mounted, CaptureOptions.Default, Token);

        Assert.Equal(_fixture.Text(await StageAsync("app.bst")), _fixture.Text(found));
        Assert.Equal(Unix("0755"), File.GetUnixFileMode(Path.Combine(mounted, "usr")));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1321009871).UtcDateTime, File.GetLastWriteTimeUtc(Path.Combine(mounted, "usr/share/changed")));
    }

    [Fact]
    public async Task Podman_loads_what_docker_mode_makes()
    {
        Skip("podman");
        _fixture.Write("elements/oci/docker.bst", """
            kind: oci
            build-depends: [oci/base.bst, app.bst]
            config:
              mode: docker
              images:
              - {os: linux, architecture: amd64, parent: {element: oci/base.bst}, layer: [app.bst], tags: ["test/docker:1"], config: {Cmd: [cat, /usr/share/changed]}}
            """);
        await using var podman = new Podman();

        var loaded = (await podman.RunAsync("load", "--input", await WriteArchiveAsync("oci/docker.bst"))).Succeeded();

        Assert.Contains("test/docker:1", loaded, StringComparison.Ordinal);
        Assert.Equal("new\n", (await podman.RunAsync("run", "--rm", "--network=none", "test/docker:1")).Succeeded());
    }

    [Fact]
    public async Task An_element_without_an_image_of_its_own_is_served_integrated()
    {
        Skip("podman");
        _fixture.Write("elements/tool.bst", """
            kind: manual
            build-depends: [base.bst]
            runtime-depends: [base-files.bst]
            config: {install-commands: ["mkdir -p %{install-root}/usr/bin", "echo 'cat /etc/motd' > %{install-root}/usr/bin/tool"]}
            public:
              bst: {integration-commands: ["echo integrated > /etc/motd", "rm -r /opt"]}
              oci: {config: {Entrypoint: [/bin/sh, /usr/bin/tool], Env: ["PATH=/bin"]}}
            """);
        var set = await ServeAsync("tool.bst");
        await using var podman = new Podman();
        (await podman.RunAsync("load", "--input", await WriteLayoutAsync(set))).Succeeded();

        Assert.Equal("integrated\n", (await podman.RunAsync("run", "--rm", "--network=none", "localhost/served:latest")).Succeeded());
        Assert.NotEqual(0, (await podman.RunAsync("run", "--rm", "--network=none", "--entrypoint=/bin/ls", "localhost/served:latest", "/opt")).ExitCode);
        Assert.Equal(set.Blobs.Select(blob => blob.Digest), (await ServeAsync("tool.bst")).Blobs.Select(blob => blob.Digest));
    }

    [Fact]
    public async Task A_docker_mode_element_is_served_as_an_OCI_image()
    {
        Skip("podman");
        _fixture.Write("elements/oci/docker.bst", """
            kind: oci
            build-depends: [base-files.bst]
            config:
              mode: docker
              images:
              - {os: linux, architecture: amd64, layer: [base-files.bst], config: {Cmd: [/bin/cat, /etc/motd]}}
            """);
        await using var podman = new Podman();
        (await podman.RunAsync("load", "--input", await WriteLayoutAsync(await ServeAsync("oci/docker.bst")))).Succeeded();

        Assert.Equal("base\n", (await podman.RunAsync("run", "--rm", "--network=none", "localhost/served:latest")).Succeeded());
    }

    [Fact]
    public async Task A_container_without_root_finds_the_declared_modes_owners_and_capabilities()
    {
        Skip("podman");
        Skip("getcap");
        WriteDeclared();
        await using var podman = new Podman();
        (await podman.RunAsync("load", "--input", await WriteLayoutAsync(await ServeAsync("declared.bst")))).Succeeded();

        // The user may write in /tmp and may not read the key.
        Assert.Equal(
            "1777 0:0 /tmp\n1777 0:0 /var/tmp\n4755 0:0 /usr/bin/tool\n600 65532:65532 /etc/app.key\n",
            (await podman.RunAsync(
                "run", "--rm", "--network=none", "--user=1000", "--read-only=false", "localhost/served:latest", "/bin/sh", "-ec",
                "touch /tmp/x; ! cat /etc/app.key 2>&-; stat -c '%a %u:%g %n' /tmp /var/tmp /usr/bin/tool /etc/app.key")).Succeeded());
        Assert.Equal("secret\n", (await podman.RunAsync("run", "--rm", "--network=none", "--user=65532", "localhost/served:latest", "/bin/cat", "/etc/app.key")).Succeeded());
        var mounted = (await podman.RunAsync("image", "mount", "localhost/served:latest")).Succeeded().Trim();
        Assert.Equal($"{mounted}/usr/bin/ping cap_net_raw=ep\n", (await Tool.RunAsync("getcap", [$"{mounted}/usr/bin/ping"])).Succeeded());
    }

    [Fact]
    public async Task The_log_of_a_build_says_which_modes_the_artifact_drops()
    {
        WriteDeclared();

        var artifact = await _fixture.Builds.Scheduler.BuildAsync(await _fixture.LoadAsync("declared.bst"), Token);

        var log = System.Text.Encoding.UTF8.GetString(_fixture.Builds.Trees.Content.ReadAll(artifact.Logs[0].Content.Hash));
        Assert.Contains(
            "warning: Artifacts do not keep these modes and attributes. Declare those that images need in the element's public data:\n"
            + "  public:\n    bistro:\n      files:\n"
            + "      - {path: \"/etc/app.key\", mode: \"0600\"}  # becomes 0644: every user can read it\n"
            + "      - {path: \"/usr/bin/tool\", mode: \"4755\"}  # becomes 0755\n",
            log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Declared_files_survive_umoci()
    {
        Skip("umoci");
        Skip("getcap");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "umoci sets owners and capabilities as root only");
        WriteDeclared();
        _fixture.Write("elements/oci/declared.bst", """
            kind: oci
            build-depends: [declared.bst]
            config:
              images:
              - {os: linux, architecture: amd64, layer: [declared.bst]}
            public:
              bistro: {files: [{path: /tmp, mode: "1777"}]}
            """);
        var layout = await CheckoutAsync("oci/declared.bst");

        var bundle = $"{_directory.FullName}/bundle";
        (await Tool.RunAsync("umoci", ["unpack", "--image", $"{layout}:localhost/test/declared:latest", bundle])).Succeeded();

        var root = $"{bundle}/rootfs";
        Assert.Equal(
            "1777 0:0\n4755 0:0\n600 65532:65532\n",
            (await Tool.RunAsync("stat", ["-c", "%a %u:%g", $"{root}/tmp", $"{root}/usr/bin/tool", $"{root}/etc/app.key"])).Succeeded());
        Assert.Equal($"{root}/usr/bin/ping cap_net_raw=ep\n", (await Tool.RunAsync("getcap", [$"{root}/usr/bin/ping"])).Succeeded());
    }

    [Fact]
    public async Task A_table_of_the_configuration_adds_a_layer_to_an_images_own()
    {
        Skip("podman");
        var plain = await ServeAsync("oci/app.bst");
        var files = FileRuleReader.Read(Bistro.Model.Yaml.YamlReader.Read(
            new SourceFile("bistro.yaml", null), "files: [{path: /usr/share, mode: '0700', owner: 65532}, {path: /usr/share/changed, mode: '0600', owner: 65532}]").Sequence("files"));

        var set = await ServeAsync("oci/app.bst", [.. files]);

        Assert.Equal(plain.Blobs.Count(IsLayer) + 1, set.Blobs.Count(IsLayer));
        Assert.Empty(plain.Blobs.Where(IsLayer).Except(set.Blobs));
        await using var podman = new Podman();
        (await podman.RunAsync("load", "--input", await WriteLayoutAsync(set))).Succeeded();
        Assert.Equal("new\n", (await podman.RunAsync("run", "--rm", "--network=none", "--user=65532", "localhost/served:latest")).Succeeded());
        Assert.NotEqual(0, (await podman.RunAsync("run", "--rm", "--network=none", "--user=1000", "localhost/served:latest")).ExitCode);

        static bool IsLayer(Descriptor blob) => blob.MediaType == MediaTypes.LayerGzip;
    }

    [Fact]
    public async Task Public_data_that_is_wrong_fails_with_its_place()
    {
        _fixture.Write("elements/wrong.bst", """
            kind: import
            sources:
            - {kind: local, path: files/app}
            public:
              oci: {config: {Entrypoint: /bin/sh}}
            """);

        var failure = await Assert.ThrowsAsync<BuildException>(() => ServeAsync("wrong.bst"));

        Assert.Equal("wrong.bst", failure.Element);
        Assert.Contains(":5:", failure.Message, StringComparison.Ordinal);
    }

    private static void Skip(string program) => Assert.SkipUnless(Tool.Find(program) is not null, $"{program} is not installed");

    private static UnixFileMode Unix(string digits) => (UnixFileMode)Convert.ToInt32(digits, 8);

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private async Task<Digest> ArtifactAsync(string name) =>
        (await _fixture.Builds.Scheduler.BuildAsync(await _fixture.LoadAsync(name), Token)).Files!.Value.Hash;

    private async Task<Digest> StageAsync(string name) =>
        await _fixture.Builds.Roots.StageAsync(await _fixture.LoadAsync(name), RootScope.Run, integrate: false, Token);

    private async Task<ImageSet> ServeAsync(string name, ImmutableArray<FileRule>? files = null) =>
        await _fixture.Builds.Images.GetAsync(new ImageSource(await _fixture.LoadAsync(name), files ?? []), await ArtifactAsync(name), Token);

    private void WriteDeclared() => _fixture.Write("elements/declared.bst", """
        kind: manual
        build-depends: [base.bst]
        runtime-depends: [base.bst]
        config:
          install-commands:
          - mkdir -p %{install-root}/usr/bin %{install-root}/etc %{install-root}/tmp %{install-root}/var/tmp
          - echo tool > %{install-root}/usr/bin/tool
          - echo ping > %{install-root}/usr/bin/ping
          - echo secret > %{install-root}/etc/app.key
          - chmod 4755 %{install-root}/usr/bin/tool
          - chmod 0600 %{install-root}/etc/app.key
        public:
          bistro:
            files:
            - {path: /usr/bin/tool, mode: "4755"}
            - {path: "%{sysconfdir}/app.key", mode: "0600", owner: 65532, group: 65532}
            - {path: /usr/bin/pin?, mode: "0755", capabilities: cap_net_raw+ep, xattrs: {user.x: text}}
        """);

    /// <summary>What a client has after a pull, as an archive with a layout.</summary>
    private async Task<string> WriteLayoutAsync(ImageSet set)
    {
        var layout = _directory.CreateSubdirectory("served");
        var blobs = layout.CreateSubdirectory("blobs/sha256");
        foreach (var blob in set.Blobs)
            await File.WriteAllBytesAsync(Path.Combine(blobs.FullName, blob.Digest.Hex), _fixture.Builds.Trees.Content.ReadAll(blob.Digest), Token);
        var named = set.Top with { Annotations = ImmutableSortedDictionary<string, string>.Empty.Add("org.opencontainers.image.ref.name", "localhost/served:latest") };
        var index = new ImageIndex { Manifests = [named] };
        await File.WriteAllBytesAsync(Path.Combine(layout.FullName, "index.json"), OciJson.Serialize(index, OciJson.Default.ImageIndex), Token);
        await File.WriteAllTextAsync(Path.Combine(layout.FullName, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""", Token);
        var file = Path.Combine(_directory.FullName, "served.tar");
        await TarFile.CreateFromDirectoryAsync(layout.FullName, file, includeBaseDirectory: false, Token);
        return file;
    }

    private async Task<string> CheckoutAsync(string name)
    {
        var target = Path.Combine(_directory.FullName, "layout");
        await _fixture.Builds.Trees.CheckoutAsync(await ArtifactAsync(name), target, Token);
        return target;
    }

    private async Task<string> WriteArchiveAsync(string name)
    {
        var file = Path.Combine(_directory.FullName, "image.tar");
        await using var target = File.Create(file);
        await _fixture.Builds.Trees.WriteArchiveAsync(await ArtifactAsync(name), target, Token);
        return file;
    }
}
