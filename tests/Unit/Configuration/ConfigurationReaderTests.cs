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
