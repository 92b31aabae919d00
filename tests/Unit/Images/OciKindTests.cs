using Bistro.Builder.Images.Layouts;
using Bistro.Model.Errors;

namespace Bistro.Unit.Images;

public sealed class OciKindTests : IDisposable
{
    private readonly ImageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("os: '', architecture: amd64", "1:15: 'os' must not be empty: write 'linux'")]
    [InlineData("os: Linux, architecture: amd64", "1:15: 'os' must be in lower case: write 'linux'")]
    [InlineData("os: linux, architecture: ''", "1:36: 'architecture' must not be empty")]
    [InlineData("os: linux, architecture: x86_64", "1:36: 'architecture' must be Go's name: write 'amd64', not 'x86_64'")]
    [InlineData("os: linux, architecture: aarch64", "1:36: 'architecture' must be Go's name: write 'arm64', not 'aarch64'")]
    [InlineData("os: linux, architecture: vax", "1:36: 'architecture' must be a name that Go has")]
    [InlineData("os: linux, architecture: amd64, config: {Env: [A=1, B]}", "1:63: 'Env' holds NAME=value, not 'B'")]
    [InlineData("os: linux, architecture: amd64, config: {Env: [=1]}", "1:58: 'Env' holds NAME=value, not '=1'")]
    [InlineData("os: linux, architecture: amd64, config: {ExposedPorts: [http]}", "1:67: 'ExposedPorts' holds PORT or PORT/tcp")]
    [InlineData("os: linux, architecture: amd64, config: {ExposedPorts: [0/tcp]}", "1:67: 'ExposedPorts' holds")]
    [InlineData("os: linux, architecture: amd64, config: {ExposedPorts: [80/http]}", "1:67: 'ExposedPorts' holds")]
    [InlineData("os: linux, architecture: amd64, config: {StopSignal: TERM}", "1:64: 'StopSignal' must be the full name: write 'SIGTERM'")]
    [InlineData("os: linux, architecture: amd64, config: {StopSignal: SIGFOO}", "1:64: 'StopSignal' must be the name of a signal")]
    [InlineData("os: linux, architecture: amd64, config: {StopSignal: 65}", "1:64: 'StopSignal' must be the name of a signal")]
    [InlineData("os: linux, architecture: amd64, config: {WorkingDir: srv}", "1:64: 'WorkingDir' must be absolute, such as '/srv'")]
    [InlineData("os: linux, architecture: amd64, config: {Volumes: [/a, b]}", "1:66: 'Volumes' holds absolute paths, such as '/b'")]
    public void A_wrong_value_has_its_place(string image, string expected) =>
        Assert.StartsWith($"elements/test.bst:{expected}", Mistake($"images: [{{{image}}}]"), StringComparison.Ordinal);

    [Theory]
    [InlineData("os: linux, architecture: riscv64, config: {Env: [A=], ExposedPorts: ['80', 53/udp], StopSignal: SIGRTMIN+3, WorkingDir: /, Volumes: [/a]}")]
    [InlineData("os: windows, architecture: '386', config: {StopSignal: '15', WorkingDir: ''}")]
    public void Right_values_load(string image) => Assert.Empty(ImageFixture.Configure($"images: [{{{image}}}]").Mistakes);

    [Theory]
    [InlineData("annotations: {a: b}, images: [{os: linux, architecture: amd64}]", "1:29: 'annotations' cannot be in an archive of 'mode: docker'")]
    [InlineData("images: [{os: linux, architecture: amd64, annotations: {a: b}}]", "1:71: 'annotations' cannot be in an archive of 'mode: docker'")]
    [InlineData("images: [{os: linux, architecture: amd64, tags: [ok, Bad]}]", "1:69: 'Bad' is not a name that clients load")]
    public void Docker_mode_is_checked(string config, string expected) =>
        Assert.StartsWith($"elements/test.bst:{expected}", Mistake($"{{mode: docker, {config}}}"), StringComparison.Ordinal);

    [Fact]
    public async Task What_an_image_names_must_be_a_build_dependency()
    {
        var app = await _fixture.ElementAsync("app.bst", []);
        var parent = await _fixture.BuildAsync("parent.bst", "images: [{os: linux, architecture: amd64}]");

        Assert.Equal(
            ["elements/test.bst:1:60: 'gone.bst' in 'layer' is not a build dependency: add it to 'build-depends'"],
            Mistakes("images: [{os: linux, architecture: amd64, layer: [app.bst, gone.bst]}]", app));
        Assert.Equal(
            ["elements/test.bst:1:61: The parent 'gone.bst' is not a build dependency: add it to 'build-depends'"],
            Mistakes("images: [{os: linux, architecture: amd64, parent: {element: gone.bst}}]"));
        Assert.Equal(
            ["elements/test.bst:1:80: The parent 'parent.bst' has 1 images, counted from 0: it has no image 1"],
            Mistakes("images: [{os: linux, architecture: amd64, parent: {element: parent.bst, image: 1}}]", parent));
        Assert.StartsWith("elements/test.bst:1:9: 'images' must not be empty", Assert.Single(Mistakes("images: []")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app", "app:latest")]
    [InlineData("app:1.0_x", "app:1.0_x")]
    [InlineData("host:5000/a/b", "host:5000/a/b:latest")]
    [InlineData("Reg.Example/a__b-c", "Reg.Example/a__b-c:latest")]
    [InlineData("localhost/a.b", "localhost/a.b:latest")]
    [InlineData("App", null)]
    [InlineData("a/B", null)]
    [InlineData("a//b", null)]
    [InlineData("a_-b", null)]
    [InlineData("a:", null)]
    [InlineData("a:-b", null)]
    [InlineData("-h.x/a", null)]
    [InlineData("a@sha256:00", null)]
    [InlineData("", null)]
    public void Names_are_those_that_clients_load(string name, string? expected) => Assert.Equal(expected, ImageName.Normalize(name));

    private static string Mistake(string config) => Assert.Throws<LoadException>(() => ImageFixture.Configure(config)).Message;

    private static IEnumerable<string> Mistakes(string config, params Model.Elements.Element[] dependencies) =>
        ImageFixture.Configure(config, dependencies).Mistakes.Select(mistake => mistake.ToString());
}
