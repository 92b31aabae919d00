using Bistro.Conformance.Distribution;

namespace Bistro.Conformance.Quickstart;

/// <summary>The real executable on a disk that is full: it says so in a sentence, and leaves nothing half-written.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    // Room for the large file once, and for the rest of a store.
    private const int Megabytes = 24;

    private readonly HostProject _host = new();
    private FullDisk? _disk;

    private string Store => Path.Combine(_disk!.Directory, "store");

    public async ValueTask InitializeAsync() => _disk = await FullDisk.MountAsync(Megabytes);

    public async ValueTask DisposeAsync()
    {
        if (_disk is not null)
            await _disk.DisposeAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task A_build_for_which_there_is_no_room_leaves_what_was_built_before()
    {
        // The application's build root would contain a second copy of the large file.
        var build = await _host.BistroAsync(Store, ["build", "app.bst"]);
        Assert.Contains("app.bst (project little): The disk is full: ", Failed(build).Output, StringComparison.Ordinal);
        Assert.Contains("cached", (await _host.BistroAsync(Store, ["show", "large.bst"])).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_for_which_there_is_no_room_is_not_kept()
    {
        var noise = _host.PathOf("project/large/noise");
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(noise, TestContext.Current.CancellationToken)));
        _host.Write("project/elements/remote.bst", $"kind: import\nsources:\n- {{kind: remote, url: 'file://{noise}', ref: {digest}}}\n");
        await File.WriteAllBytesAsync(Path.Combine(_disk!.Directory, "other"), new byte[Megabytes << 19], TestContext.Current.CancellationToken);
        var fetch = await _host.BistroAsync(Store, ["source", "fetch", "remote.bst"]);
        Assert.StartsWith("The disk is full: ", Failed(fetch).Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Store, "sources"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Without_room_nothing_new_is_made_but_what_is_there_is_shown_and_collected()
    {
        (await _host.BistroAsync(Store, ["build", "shell.bst"])).Succeeded();
        using (_disk!.Fill())
        {
            Assert.Equal(0, _disk.FreeBytes);
            Failed(await _host.BistroAsync(Store, ["build", "large.bst"]));
            Assert.Contains("cached", (await _host.BistroAsync(Store, ["show", "shell.bst"])).Succeeded(), StringComparison.Ordinal);
            (await _host.BistroAsync(Store, ["gc"])).Succeeded();
        }
        Assert.Contains("cached", (await _host.BistroAsync(Store, ["show", "shell.bst"])).Succeeded(), StringComparison.Ordinal);
        (await _host.BistroAsync(Store, ["scrub"])).Succeeded();
    }

    [Fact]
    public async Task A_store_cannot_be_made_on_a_full_disk()
    {
        using (_disk!.Fill())
            Failed(await _host.BistroAsync(Store, ["build", "shell.bst"]));
        (await _host.BistroAsync(Store, ["build", "shell.bst"])).Succeeded();
    }

    [Fact]
    public async Task A_checkout_for_which_there_is_no_room_leaves_no_half_of_it()
    {
        (await _host.BistroAsync("store", ["build", "large.bst"])).Succeeded();
        using var room = _disk!.Fill();
        string[][] targets = [[Path.Combine(_disk.Directory, "out")], ["--tar", Path.Combine(_disk.Directory, "out.tar")]];
        foreach (var target in targets)
            Failed(await _host.BistroAsync("store", ["checkout", "large.bst", .. target]));
        Assert.Equal(["filler"], Directory.EnumerateFileSystemEntries(_disk.Directory).Select(Path.GetFileName));
    }

    private Tool.Outcome Failed(Tool.Outcome outcome)
    {
        var said = outcome.Output + outcome.Errors;
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("disk is full", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        if (Directory.Exists(Path.Combine(Store, "tmp")))
            Assert.Empty(Directory.EnumerateDirectories(Path.Combine(Store, "tmp")));
        return outcome;
    }
}
