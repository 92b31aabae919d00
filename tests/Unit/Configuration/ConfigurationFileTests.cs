using Bistro.Registry.Configuration;

namespace Bistro.Unit.Configuration;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-lookup-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void The_file_is_looked_for_where_it_is_most_surely_meant()
    {
        Assert.Null(Find(null, null));
        Write("samples/bistro.yaml");
        Assert.Equal(In("samples/bistro.yaml"), Find(null, null));
        Write("bistro.yaml");
        Assert.Equal(In("bistro.yaml"), Find(null, null));
        Assert.Equal(In("of-environment"), Find(null, "of-environment"));
        Assert.Equal(In("given"), Find("given", "of-environment"));
    }

    [Fact]
    public void The_nearest_file_above_counts_where_others_cannot_write()
    {
        Write("bistro.yaml");
        Write("project/elements/unrelated");
        var below = In("project/elements");
        Assert.Equal(In("bistro.yaml"), ConfigurationFile.Find(null, below, _ => null));
        File.SetUnixFileMode(_directory.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);
        Assert.Null(ConfigurationFile.Find(null, below, _ => null));
        Write("project/bistro.yaml");
        Assert.Equal(In("project/bistro.yaml"), ConfigurationFile.Find(null, below, _ => null));
    }

    [Fact]
    public void No_configuration_can_be_asked_for()
    {
        Write("bistro.yaml");
        Assert.Null(Find("/dev/null", "of-environment"));
        Assert.Null(Find(null, "/dev/null"));
    }

    [Theory]
    [InlineData("/given", "/configured", "/data", "/given")]
    [InlineData(null, "/configured", "/data", "/configured")]
    [InlineData(null, null, "/data", "/data/bistro")]
    public void The_store_is_looked_for_in_that_order_too(string? given, string? configured, string? data, string expected)
    {
        var configuration = new ConfigurationReader(name => name == "BISTRO_STORE" ? configured : null).Read(null, isServing: false);
        Assert.Equal(expected, StoreLocation.Find(given, configuration, name => name == "XDG_DATA_HOME" ? data : null));
    }

    private string? Find(string? given, string? environment) =>
        ConfigurationFile.Find(given, _directory.FullName, name => name == "BISTRO_CONFIG" ? environment : null);

    private string In(string name) => Path.Combine(_directory.FullName, name);

    private void Write(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(name))!);
        File.WriteAllText(In(name), "");
    }
}
