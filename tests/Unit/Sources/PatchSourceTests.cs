using Bistro.Builder.Errors;
using Bistro.Builder.Processes;
using Bistro.Model.Errors;

namespace Bistro.Unit.Sources;

/// <summary>Sources that change what the sources before them staged.</summary>
public sealed class PatchSourceTests : IDisposable
{
    private const string Greeting = """
        --- a/greeting
        +++ b/greeting
        @@ -1 +1 @@
        -hello
        +goodbye

        """;

    private const string Removal = """
        diff --git a/old b/old
        deleted file mode 100644
        --- a/old
        +++ /dev/null
        @@ -1 +0,0 @@
        -x

        """;

    private readonly SourceFixture _sources = new();

    [Fact]
    public async Task A_patch_changes_what_was_staged_before()
    {
        _sources.Previous = await _sources.Trees.Tree("/greeting = hello\n", "/run* = x");
        Write("fix.patch", Greeting);
        Assert.Equal(["/greeting = goodbye\n", "/run* = x"], await _sources.TextAsync("{kind: patch, path: fix.patch}"));
    }

    [Fact]
    public async Task A_patch_works_in_its_own_directory_and_keeps_the_rest()
    {
        _sources.Previous = await _sources.Trees.Tree("/sub/dir/greeting = hello\n", "/other = x");
        Write("fix.patch", Greeting);
        Assert.Equal(
            ["/other = x", "/sub/dir/greeting = goodbye\n"],
            await _sources.TextAsync("{kind: patch, path: fix.patch, directory: sub/dir}"));
    }

    [Fact]
    public async Task A_patch_without_anything_to_patch_is_an_error()
    {
        Write("fix.patch", Greeting);
        await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync("{kind: patch, path: fix.patch}"));
    }

    [Theory]
    [InlineData("{kind: patch, path: queue/fix.patch}", "1 out of 1 hunk FAILED")]
    [InlineData("{kind: patch_queue, path: queue}", "patch does not apply")]
    [InlineData("{kind: quilt, path: debian/patches}", "fix.patch does not apply")]
    public async Task A_patch_that_does_not_apply_is_an_error_with_the_reason(string source, string reason)
    {
        Assert.SkipWhen(source.Contains("quilt", StringComparison.Ordinal) && new Tool("quilt", "quilt").Find() is null, "quilt is not installed.");
        _sources.Previous = await _sources.Trees.Tree(
            "/greeting = something else\n", "/debian/patches/series = fix.patch\n", $"/debian/patches/fix.patch = {Greeting}");
        Write("queue/fix.patch", Greeting);
        var failure = await Assert.ThrowsAsync<ToolException>(() => _sources.StageAsync(source));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_applies_its_patches_by_name_and_may_delete_files()
    {
        _sources.Previous = await _sources.Trees.Tree("/greeting = hello\n", "/old = x\n");
        Write("queue/2.patch", Greeting.Replace("hello", "hi", StringComparison.Ordinal));
        Write("queue/1.patch", Greeting.Replace("goodbye", "hi", StringComparison.Ordinal));
        Write("queue/3.patch", Removal);
        Assert.Equal(["/greeting = goodbye\n"], await _sources.TextAsync("{kind: patch_queue, path: queue}"));
    }

    [Fact]
    public void A_queue_with_a_subfolder_is_a_load_error()
    {
        Write("queue/sub/1.patch", Greeting);
        Assert.Throws<LoadException>(() => SourceFixture.Configure("{kind: patch_queue, path: queue}", _sources.ProjectDirectory));
    }

    [Fact]
    public async Task A_lock_file_is_kept_in_the_ref() => Assert.Equal(
        ["/Cargo.lock = [[package]]\n"], await _sources.TextAsync("{kind: gen_cargo_lock, ref: W1twYWNrYWdlXV0K}"));

    [Fact]
    public async Task A_quilt_series_is_pushed()
    {
        Assert.SkipUnless(new Tool("quilt", "quilt").Find() is not null, "quilt is not installed.");
        _sources.Previous = await _sources.Trees.Tree(
            "/greeting = hello\n", "/debian/patches/series = fix.patch\n", $"/debian/patches/fix.patch = {Greeting}");
        Assert.Contains("/greeting = goodbye\n", await _sources.TextAsync("{kind: quilt, path: debian/patches}"));
    }

    public void Dispose() => _sources.Dispose();

    private void Write(string path, string text)
    {
        var file = Path.Combine(_sources.ProjectDirectory, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
