using Bistro.Builder.Content;
using Bistro.Builder.Sources.Apt;
using Bistro.Builder.Sources.Archives;
using Bistro.Builder.Trees;
using Bistro.Unit.Trees;

namespace Bistro.Unit.Sources.Apt;

public sealed class DebianRootTests : IDisposable
{
    private readonly TreeFixture _trees = new();

    [Fact]
    public async Task What_is_shipped_beside_usr_goes_below_it_and_links_take_its_place()
    {
        Assert.Equal(
            ["/bin -> usr/bin", "/lib -> usr/lib", "/lib64 -> usr/lib64", "/sbin -> usr/sbin", "/usr/bin/sh = ", "/usr/lib/", "/usr/lib64/ld.so = ", "/usr/sbin/"],
            await Lay(isBase: true, [Folder("./"), Folder("./bin"), File("./bin/sh"), File("./lib64/ld.so")]));
    }

    [Fact]
    public async Task What_is_laid_over_a_base_leaves_the_links_to_it()
    {
        Assert.Equal(["/lib32 -> usr/lib32", "/usr/bin/tool = ", "/usr/lib32/x = "], await Lay(isBase: false, [Folder("./bin"), File("./bin/tool"), File("./lib32/x")]));
    }

    [Fact]
    public async Task A_program_stays_where_a_link_to_it_from_usr_would_come()
    {
        var expected = new[] { "/usr/bin/touch = " };
        Assert.Equal(expected, await Lay(isBase: false, [File("./bin/touch"), Link("./usr/bin/touch", "/bin/touch")]));
        Assert.Equal(expected, await Lay(isBase: false, [Link("./usr/bin/touch", "/bin/touch"), File("./bin/touch")]));
    }

    [Fact]
    public async Task Links_of_a_package_that_is_merged_itself_are_the_same()
    {
        Assert.Equal(
            ["/bin -> usr/bin", "/lib -> usr/lib", "/sbin -> usr/sbin", "/usr/bin/", "/usr/lib/", "/usr/sbin/"],
            await Lay(isBase: true, [Link("./bin", "usr/bin"), Link("./lib", "usr/lib"), Link("./sbin", "usr/sbin"), Folder("./usr/bin")]));
    }

    [Fact]
    public async Task A_folder_behind_an_absolute_link_is_inside()
    {
        Assert.Equal(["/run/lock/x = ", "/var/lock -> /run/lock"], await Lay(isBase: false, [Link("./var/lock", "/run/lock"), Folder("./var/lock/"), File("./var/lock/x")]));
    }

    [Fact]
    public async Task Hard_links_are_files_of_their_own()
    {
        Assert.Equal(["/usr/bin/a = ", "/usr/bin/b = "], await Lay(isBase: false, [File("./bin/a"), new(ArchiveMemberKind.HardLink, "./bin/b", "./bin/a", default, false)]));
    }

    public void Dispose() => _trees.Dispose();

    private async Task<string[]> Lay(bool isBase, params ArchiveMember[] package)
    {
        var root = new DebianRoot(isBase);
        root.Add(package);
        // The files are all empty.
        await _trees.Trees.Content.PutAsync(ReadOnlyMemory<byte>.Empty, TestContext.Current.CancellationToken);
        return _trees.Text(await root.Finish().StoreAsync(_trees.Trees, TestContext.Current.CancellationToken));
    }

    private static ArchiveMember File(string name) => new(ArchiveMemberKind.File, name, "", TreeStore.Empty, false);

    private static ArchiveMember Folder(string name) => new(ArchiveMemberKind.Directory, name, "", default, true);

    private static ArchiveMember Link(string name, string target) => new(ArchiveMemberKind.SymbolicLink, name, target, default, false);
}
