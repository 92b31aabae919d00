using Bistro.Builder.Content;

namespace Bistro.Unit.Content;

public sealed class StoreDirectoryTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-store-");

    private string Root => Path.Combine(_directory.FullName, "deep", "store");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_new_store_is_its_owners_alone()
    {
        ContentStore.Create(Root).Dispose();
        Assert.Equal(Private, File.GetUnixFileMode(Root));
    }

    [Fact]
    public void A_store_that_others_could_read_is_tightened_when_it_is_opened()
    {
        Directory.CreateDirectory(Root, Private | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        ContentStore.Create(Root).Dispose();
        Assert.Equal(Private, File.GetUnixFileMode(Root));
    }

    [Fact]
    public void A_link_to_a_store_is_followed()
    {
        Directory.CreateDirectory(Root);
        var link = Path.Combine(_directory.FullName, "link");
        Directory.CreateSymbolicLink(link, Root);
        ContentStore.Create(link).Dispose();
        Assert.Equal(Private, File.GetUnixFileMode(Root));
    }
}
