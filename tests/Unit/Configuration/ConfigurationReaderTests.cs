using Bistro.Model.Errors;
using Bistro.Registry.Configuration;

namespace Bistro.Unit.Configuration;

public sealed class ConfigurationReaderTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-configuration-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Without_a_file_every_setting_has_its_default()
    {
        var configuration = new ConfigurationReader(_ => null).Read(null, isServing: true);
        Assert.Equal("localhost:5000", configuration.Listen.ToString());
        Assert.Empty(configuration.Projects);
        Assert.Equal(TimeSpan.FromSeconds(280), configuration.Waiting.Hold);
    }

    [Fact]
    public void Paths_are_relative_to_the_file()
    {
        var configuration = Read("""
            store: kept
            projects:
              os:
                path: os
                images: {base: oci/base.bst}
                junctions: {sdk.bst: sdk}
            """);
        var os = Assert.Single(configuration.Projects);
        Assert.Equal(Path.Combine(_directory.FullName, "os"), os.Path);
        Assert.Equal(Path.Combine(_directory.FullName, "sdk"), os.Junctions["sdk.bst"]);
        Assert.Equal("oci/base.bst", os.Images["base"]);
        Assert.Equal(Path.Combine(_directory.FullName, "kept"), configuration.Store);
    }

    [Fact]
    public void An_entry_without_a_path_only_overrides_a_project_of_that_name() =>
        Assert.Empty(Read("projects: {sdk: {options: {arch: aarch64}}}").Projects);

    [Theory]
    [InlineData("projects: {sdk: {pth: x}}", 23, "Unexpected key: pth")]
    [InlineData("projects: {os: {path: os, imags: {}}}", 34, "Unexpected key: imags")]
    [InlineData("projects: {sdk: x}", 17, "must be a mapping")]
    public void A_wrong_entry_is_reported_with_its_place(string text, int column, string message)
    {
        var mistake = Assert.Single(Assert.Throws<LoadException>(() => Read(text)).Errors);
        Assert.Equal((1, column), (mistake.Where!.Value.Line, mistake.Where.Value.Column));
        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_may_have_a_table_of_files()
    {
        var os = Assert.Single(Read("""
            projects:
              os:
                path: os
                images:
                  plain: oci/plain.bst
                  short: {element: oci/short.bst}
                  app: {element: oci/app.bst, files: [{path: /etc/key, mode: "0600"}, {path: "/srv/*", owner: 65532}]}
            """).Projects);

        Assert.Equal(
            [KeyValuePair.Create("app", "oci/app.bst"), KeyValuePair.Create("plain", "oci/plain.bst"), KeyValuePair.Create("short", "oci/short.bst")],
            os.Images.OrderBy(image => image.Key, StringComparer.Ordinal));
        Assert.Equal("app", Assert.Single(os.Files).Key);
        Assert.Equal([("/etc/key", 384, null), ("/srv/*", null, 65532u)], os.Files["app"].Select(rule => (rule.Path, rule.Mode, rule.Owner)));
    }

    [Theory]
    [InlineData("[oci/app.bst]", "1:41: The value of 'app' under 'images' must be the name of an element, or a mapping with 'element' and 'files'")]
    [InlineData("{files: []}", "1:41: ")]
    [InlineData("{element: [a.bst]}", "1:51: ")]
    [InlineData("{element: a.bst, file: []}", "1:64: Unexpected key: file")]
    [InlineData("{element: a.bst, files: {path: /etc}}", "1:65: ")]
    [InlineData("{element: a.bst, files: [/etc]}", "1:66: ")]
    [InlineData("{element: a.bst, files: [{path: etc, mode: '0600'}]}", "1:73: 'path' must be absolute, such as '/etc'")]
    [InlineData("{element: a.bst, files: [{path: /etc}]}", "1:73: The entry for '/etc' sets nothing")]
    [InlineData("{element: a.bst, files: [{path: /etc, mode: '0999'}, {path: /srv, owner: root}]}", "1:85: 'mode' must be three or four octal digits", "1:114: 'owner' must be a number, not the name 'root'")]
    public void A_wrong_image_is_reported_with_its_place(string image, params string[] expected)
    {
        var mistakes = Assert.Throws<LoadException>(() => Read($"projects: {{os: {{path: os, images: {{app: {image}}}}}}}")).Errors;

        Assert.Equal(expected.Length, mistakes.Length);
        foreach (var (mistake, part) in mistakes.Zip(expected))
            Assert.Contains($"bistro.yaml:{part}", mistake.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_of_the_environment_wins_over_the_file() =>
        Assert.Equal(7, Read("build: {max-jobs: 3}", name => name == "BISTRO_BUILD_MAX_JOBS" ? "7" : null).MaxJobs);

    [Fact]
    public void A_wrong_variable_is_named()
    {
        var error = Assert.Throws<LoadException>(() => Read("", name => name == "BISTRO_LISTEN" ? "nowhere" : null));
        Assert.StartsWith("$BISTRO_LISTEN:1:1: 'nowhere' is not an address", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Independent_mistakes_are_reported_together_with_their_places()
    {
        var error = Assert.Throws<LoadException>(() => Read("""
            listen: 5000
            scheduler:
              builders: none
            colour: red
            projects:
              OS!:
                path: os
            """));
        Assert.Equal([1, 3, 4, 6], error.Errors.Select(mistake => mistake.Where!.Value.Line));
    }

    private BistroConfiguration Read(string text, Func<string, string?>? environment = null)
    {
        var os = _directory.CreateSubdirectory("os");
        File.WriteAllText(Path.Combine(os.FullName, "project.conf"), "name: os\nmin-version: 2.0\n");
        var path = Path.Combine(_directory.FullName, "bistro.yaml");
        File.WriteAllText(path, text);
        return new ConfigurationReader(environment ?? (_ => null)).Read(path, isServing: true);
    }
}
