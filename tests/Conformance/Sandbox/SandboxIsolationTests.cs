using System.Net;
using System.Net.Sockets;
using Bistro.Builder.Sandbox;

namespace Bistro.Conformance.Sandbox;

/// <summary>What a sandbox keeps from its commands, each proved by a command that tries.</summary>
public sealed class SandboxIsolationTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task There_is_no_network_not_even_the_host_s_loopback()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.Equal("refused", await TryAsync($"nc 127.0.0.1 {port} </dev/null 2>/dev/null && echo connected || echo refused"));
        Assert.Equal("lo", await TryAsync("ip -o link 2>/dev/null | sed 's/^[0-9]*: \\([a-z0-9]*\\).*/\\1/'"));
    }

    [Theory]
    [InlineData("/x")]
    [InlineData("/bin/x")]
    [InlineData("/bin/busybox")]
    [InlineData("/dev/x")]
    [InlineData("/proc/sys/vm/swappiness")]
    [InlineData("/proc/sysrq-trigger")]
    public async Task Nothing_can_be_written_outside_the_roots(string path) =>
        Assert.Equal("refused", await TryAsync($"( cat {path} > {path} || echo > {path} ) 2>/dev/null && echo written || echo refused"));

    [Theory]
    [InlineData("/build/x")]
    [InlineData("/install/x")]
    [InlineData("/tmp/x")]
    [InlineData("/dev/shm/x")]
    [InlineData("/dev/null")]
    public async Task The_roots_and_scratch_space_can_be_written(string path) =>
        Assert.Equal("written", await TryAsync($"echo > {path} && echo written"));

    [Fact]
    public async Task Scratch_space_is_fresh_for_each_run()
    {
        await TryAsync("touch /tmp/left /dev/shm/left");
        Assert.Equal("", await TryAsync("ls -A /tmp /dev/shm | grep left || true"));
    }

    [Fact]
    public async Task The_host_s_files_are_not_there()
    {
        Assert.Equal("bin build dev install proc tmp", await TryAsync("echo $(ls -A /)"));
        Assert.Equal("refused", await TryAsync($"ls {fixture.Location} /proc/1/root/etc/hostname /proc/1/cwd/etc 2>/dev/null && echo seen || echo refused"));
    }

    [Fact]
    public async Task Other_processes_are_not_there() =>
        Assert.Equal("none", await TryAsync("ls -d /proc/[0-9]* | grep -qv '/proc/[0-9]$' && echo seen || echo none"));

    [Fact]
    public async Task Devices_are_the_harmless_ones() => Assert.Equal(
        "core fd full null ptmx pts random shm stderr stdin stdout tty urandom zero", await TryAsync("echo $(ls -A /dev)"));

    [Fact]
    public async Task There_is_nothing_to_gain_by_set_user_id()
    {
        Assert.Equal("", await TryAsync("cat /proc/self/mounts | grep -v nosuid || true"));
        Assert.Equal("NoNewPrivs: 1", await TryAsync("grep NoNewPrivs /proc/self/status | tr '\\t' ' '"));
    }

    [Fact]
    public async Task There_are_no_capabilities()
    {
        Assert.Equal("", await TryAsync("grep '^Cap' /proc/self/status | grep -v 0000000000000000 || true"));
        Assert.Equal("refused", await TryAsync("mount -t tmpfs none /build 2>/dev/null && echo mounted || echo refused"));
    }

    [Fact]
    public async Task The_environment_is_exactly_the_request_s()
    {
        var request = fixture.Request() with
        {
            Environment = [new("PATH", "/bin"), new("A", "two words"), new("EMPTY", "")],
            Commands = [new SandboxCommand(["env"], "env")],
        };
        var (_, log) = await fixture.RunAsync(request);
        Assert.Equal("A=two words\nEMPTY=\nPATH=/bin", string.Join('\n', log.Split('\n').Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task The_host_s_name_is_hidden() => Assert.Equal("bistro", await TryAsync("hostname"));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1000, 100)]
    public async Task User_and_group_are_the_request_s(int user, int group)
    {
        var (result, log) = await fixture.RunAsync(fixture.Request("echo $(id -u) $(id -g); echo > /install/x") with { UserId = user, GroupId = group });
        Assert.Equal($"{user} {group}", log);
        Assert.Null(result.FailedCommand);
    }

    [Fact]
    public async Task Nothing_can_be_read_from_the_keyboard() =>
        Assert.Equal("end", await TryAsync("read line || echo end"));

    [Fact]
    public async Task Background_processes_end_with_the_run()
    {
        var mark = $"{Random.Shared.Next(100_000, 1_000_000)}";
        await TryAsync($"setsid sleep {mark} >/dev/null 2>&1 &");
        Assert.Empty(HostProcesses.With(mark));
    }

    [Fact]
    public async Task Cancelling_leaves_no_process_and_no_file()
    {
        var mark = $"{Random.Shared.Next(100_000, 1_000_000)}";
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var run = fixture.Sandbox.RunAsync(fixture.Request($"setsid sleep {mark} & sleep {mark}"), cancel.Token);
        await HostProcesses.AppearAsync(mark, TestContext.Current.CancellationToken);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await HostProcesses.VanishAsync(mark, TestContext.Current.CancellationToken);
        Assert.Empty(Directory.EnumerateDirectories(fixture.Content.Temporary.Root));
    }

    private async Task<string> TryAsync(string command)
    {
        var (result, log) = await fixture.RunAsync(fixture.Request(command));
        Assert.Null(result.FailedCommand);
        return log;
    }
}
