using System.Runtime.InteropServices;
using Bistro.Builder.Content;
using Bistro.Builder.Files;
using Bistro.Builder.Trees;
using Bistro.Unit.Content;

namespace Bistro.Unit.Trees;

public sealed partial class TreeCaptureTests : IDisposable
{
    private readonly TreeFixture _fixture = new();

    private TreeStore Trees => _fixture.Trees;

    // Digests that BuildStream 2.8.1 printed as `cas-digest` of the same files.
    [Theory]
    [InlineData("6ab889559d21acfb38a2df7c85e4522cc6ad59ba79bb1871b831c0fb8f554462/155",
        "/etc/tool.conf = key=value\n", "/usr/bin/tool* = #!/bin/sh\necho tool\n", "/usr/share/doc/tool/README = doc\n")]
    [InlineData("03fd8054a9fa138387ffabbf94f9925632ada3499599a11ea62ddfeb5c351779/75", "/f = f\n")]
    [InlineData("e6ef0a57a539819a3203031e9e9db6f5d9f87f7a69675a4cc1dc47add7b6b6dd/408",
        "/plain = x\n", "/hard = x\n", "/owner* = y\n", "/other = z\n", "/empty/", "/link -> ../x")]
    public async Task A_tree_has_BuildStreams_digest(string digest, params string[] entries) =>
        Assert.Equal(digest, Trees.Measure(await _fixture.Tree(entries)).ToString());

    [Fact]
    public async Task Measuring_without_a_store_gives_the_same_digest()
    {
        var directory = _fixture.NewDirectory();
        await File.WriteAllTextAsync($"{directory}/file", "text", TreeFixture.Token);
        Directory.CreateDirectory($"{directory}/a/b");
        var measured = TreeCapture.Measure(directory, TreeFixture.Token);
        Assert.Equal(await Trees.CaptureAsync(directory, CaptureOptions.Default, TreeFixture.Token), measured.Hash);
    }

    [Fact]
    public async Task A_single_file_gives_a_tree_with_just_this_file()
    {
        var file = $"{_fixture.NewDirectory()}/f";
        await File.WriteAllTextAsync(file, "f\n", TreeFixture.Token);
        var tree = await Trees.CaptureAsync(file, CaptureOptions.Default, TreeFixture.Token);
        Assert.Equal(["/f = f\n"], _fixture.Text(tree));
    }

    [Fact]
    public async Task Only_the_owners_executable_bit_counts()
    {
        var directory = _fixture.NewDirectory();
        foreach (var (name, mode) in new[] { ("others", 0b110_101_101), ("owner", 0b111_100_100), ("suid", 0b100_111_000_000) })
        {
            await File.WriteAllTextAsync($"{directory}/{name}", name, TreeFixture.Token);
            File.SetUnixFileMode($"{directory}/{name}", (UnixFileMode)mode);
        }
        var tree = await Trees.CaptureAsync(directory, CaptureOptions.Default, TreeFixture.Token);
        Assert.Equal(["/others = others", "/owner* = owner", "/suid* = suid"], _fixture.Text(tree));
    }

    [Fact]
    public async Task Pipes_are_left_out()
    {
        var directory = _fixture.NewDirectory();
        Assert.Equal(0, MakePipe($"{directory}/pipe", 0x1A4));
        Assert.Equal(TreeStore.Empty.Hash, await Trees.CaptureAsync(directory, CaptureOptions.Default, TreeFixture.Token));
    }

    [Fact]
    public async Task A_name_that_is_not_UTF_8_is_reported()
    {
        var directory = _fixture.NewDirectory();
        Assert.True(CreateFile([.. System.Text.Encoding.UTF8.GetBytes($"{directory}/bad"), 0xFF, 0], 0x1A4) >= 0);
        var failure = await Assert.ThrowsAsync<TreeException>(() => Trees.CaptureAsync(directory, CaptureOptions.Default, TreeFixture.Token));
        Assert.Contains("not UTF-8", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_checked_out_is_captured_as_the_same_tree()
    {
        var tree = await _fixture.Tree("/a/b/c = 1", "/a/x* = 2", "/l -> a/x", "/e/", "/big = " + new string('x', 1_000_000));
        var directory = $"{_fixture.NewDirectory()}/out";
        await Trees.CheckoutAsync(tree, directory, TreeFixture.Token);
        Assert.Equal(tree, await Trees.CaptureAsync(directory, new CaptureOptions { Adopt = true }, TreeFixture.Token));
    }

    [Fact]
    public async Task Staged_files_are_known_again_and_changed_ones_are_read()
    {
        var tree = await _fixture.Tree("/a = 1", "/b = 2", "/c = 3");
        var directory = $"{_fixture.NewDirectory()}/out";
        var staged = await Trees.CheckoutAsync(tree, directory, TreeFixture.Token);
        await File.WriteAllTextAsync($"{directory}/b", "4", TreeFixture.Token);
        File.SetLastWriteTimeUtc($"{directory}/b", DateTime.UnixEpoch.AddSeconds(TreeCheckout.FileTime));
        var captured = await Trees.CaptureAsync(directory, new CaptureOptions { Known = staged }, TreeFixture.Token);
        Assert.Equal(["/a = 1", "/b = 4", "/c = 3"], _fixture.Text(captured));
    }

    [Fact]
    public async Task A_full_disk_is_reported_as_such_though_many_files_meet_it_at_once()
    {
        var directory = _fixture.NewDirectory();
        for (var i = 0; i < 100; i++)
            await File.WriteAllTextAsync($"{directory}/{i}", $"{i}", TreeFixture.Token);
        using var full = new StoreFixture(new NoRoom());
        using var trees = new TreeStore(full.Store);
        await Assert.ThrowsAsync<DiskFullException>(() => trees.CaptureAsync(directory, CaptureOptions.Default, TreeFixture.Token));
        Assert.Equal(["lock"], Directory.EnumerateFileSystemEntries(full.Store.Temporary.Root).Select(Path.GetFileName));
    }

    public void Dispose() => _fixture.Dispose();

    private sealed class NoRoom : IContentFaults
    {
        public void Before(ContentStep step, string path)
        {
            if (step == ContentStep.Write)
                throw new DiskFullException(path);
        }
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "creat")]
    private static partial int CreateFile(byte[] path, uint mode);
}
