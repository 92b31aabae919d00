using System.Formats.Tar;
using System.Net;
using Bistro.Conformance.Quickstart;

namespace Bistro.Conformance.Images;

/// <summary>Mistakes in what elements say of their images, with the real executable: reported with their places, before anything is built.</summary>
public sealed class ImageMistakeTests : IDisposable
{
    private const string Built = "layout.bst";

    private readonly HostProject _host = new();

    public ImageMistakeTests()
    {
        _host.Write("project/project.conf", """
            name: little
            min-version: 2.0
            element-path: elements
            plugins:
            - {origin: local, path: plugins, elements: [oci]}
            """);
        Directory.CreateDirectory(_host.PathOf("project/plugins"));
        _host.Write("project/files/etc/key", "secret\n");
        _host.Write("project/files/tool", "text\n");
        _host.Write($"project/elements/{Built}", "kind: import\nsources:\n- {kind: local, path: files}\n");
        _host.Write("project/elements/parent.bst", Oci($"[{Built}]", $"- {{os: linux, architecture: amd64, layer: [{Built}]}}"));
    }

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("- {os: linux, architecture: amd64, layer: [layout.bst, gone.bst]}", "5:60: 'gone.bst' in 'layer' is not a build dependency")]
    [InlineData("- {os: linux, architecture: amd64, parent: {element: gone.bst}}", "5:58: The parent 'gone.bst' is not a build dependency")]
    [InlineData("- {os: linux, architecture: amd64, parent: {element: parent.bst, image: 2}}", "5:77: The parent 'parent.bst' has 1 images, counted from 0: it has no image 2")]
    [InlineData("[]", "5:5: 'images' must not be empty")]
    public async Task Images_that_cannot_be_made_load_and_are_refused_before_anything_is_built(string images, string expected)
    {
        _host.Write("project/elements/wrong.bst", Oci($"[{Built}, parent.bst]", images));

        await IsRefusedAsync("wrong.bst", $"elements/wrong.bst:{expected}");
    }

    [Fact]
    public async Task A_wrong_table_of_files_is_refused_before_anything_is_built()
    {
        _host.Write("project/elements/wrong.bst", $$"""
            kind: stack
            depends: [{{Built}}]
            public:
              bistro:
                files:
                - {path: /etc/key, mode: rw}
                - {path: etc/key, owner: 1}
            """);
        _host.Write("project/elements/app.bst", Oci("[wrong.bst]", "- {os: linux, architecture: amd64, layer: [wrong.bst]}"));

        var refused = await IsRefusedAsync("app.bst", "elements/wrong.bst:6:30: 'mode' must be three or four octal digits");
        Assert.Contains("elements/wrong.bst:7:14: 'path' must be absolute, such as '/etc/key'", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_of_an_element_that_is_not_an_image_has_the_declared_attributes()
    {
        _host.Write("project/elements/app.bst", $$"""
            kind: stack
            depends: [{{Built}}]
            public:
              bistro: {files: [{path: /etc/key, mode: "0600", owner: 65532, group: 7}, {path: /tool, capabilities: cap_net_raw+ep}, {path: /absent, mode: "0600"}]}
            """);
        (await BistroAsync("build", "app.bst")).Succeeded();
        (await BistroAsync("checkout", "app.bst", "--tar", _host.PathOf("app.tar"))).Succeeded();
        (await BistroAsync("checkout", "app.bst", _host.PathOf("folder"))).Succeeded();

        var entries = new List<string>();
        using var tar = new TarReader(File.OpenRead(_host.PathOf("app.tar")));
        while (tar.GetNextEntry() is { } entry)
        {
            var records = entry is PaxTarEntry pax ? pax.ExtendedAttributes.Keys.Where(key => key.StartsWith("SCHILY.", StringComparison.Ordinal)) : [];
            entries.Add($"{Convert.ToString((int)entry.Mode, 8)} {entry.Uid}:{entry.Gid} {entry.Name} {string.Concat(records)}".TrimEnd());
        }
        Assert.Equal(["755 0:0 etc/", "600 65532:7 etc/key", "644 0:0 tool SCHILY.xattr.security.capability"], entries);
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(_host.PathOf("folder/etc/key")) & (UnixFileMode.UserRead | UnixFileMode.UserExecute));
        Assert.True(File.GetUnixFileMode(_host.PathOf("folder/etc/key")).HasFlag(UnixFileMode.OtherRead));
    }

    private async Task<string> IsRefusedAsync(string element, string expected)
    {
        (await BistroAsync("show", element)).Succeeded();
        var build = await BistroAsync("build", element);
        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains(expected, build.Errors, StringComparison.Ordinal);

        _host.Write("bistro.yaml", "projects:\n  little: {path: project}\n");
        await using (var server = await BistroServer.StartAsync(_host.PathOf("store"), _host.PathOf("bistro.yaml")))
        {
            using var client = new HttpClient();
            using var response = await client.GetAsync(
                new Uri(server.Loopback, $"/v2/little/{Path.GetFileNameWithoutExtension(element)}/manifests/latest"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Contains(expected, Unescape(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        }
        Assert.Contains("buildable", (await BistroAsync("show", "--deps", "none", "--format", "%{state}", Built)).Succeeded(), StringComparison.Ordinal);
        return build.Errors;
    }

    private static string Unescape(string json) => System.Text.RegularExpressions.Regex.Unescape(json);

    private static string Oci(string dependencies, string images) =>
        $"kind: oci\nbuild-depends: {dependencies}\nconfig:\n  images:\n    {images}\n";

    private Task<Tool.Outcome> BistroAsync(params string[] arguments) => _host.BistroAsync("store", arguments);
}
