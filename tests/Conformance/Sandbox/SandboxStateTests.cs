using Bistro.Builder.Processes;

namespace Bistro.Conformance.Sandbox;

/// <summary>A build does not depend on how the server was started: its umask, limits, ignored signals, niceness, user, open files.</summary>
public sealed class SandboxStateTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private const string OutputVariable = "BISTRO_TEST_OUTPUT";

    // Everything that a build can see of it, in a file of the result.
    private const string Report = """
        umask
        ulimit -H -a
        ulimit -S -a
        grep -E '^(SigBlk|SigIgn|SigCgt|Groups|NoNewPrivs|CapBnd):' /proc/self/status
        stat -c '%a %n' / /tmp /dev/shm /build /install /bin /bin/busybox
        touch /install/file; mkdir /install/directory; stat -c '%a %n' /install/file /install/directory
        id
        pwd
        env
        ls /proc/self/fd | tr '\n' ' '; echo
        cat /proc/self/cgroup
        awk '{ print "nice (-n)", $19 }' /proc/self/stat
        """;

    // The signals 32 and 33 are the C library's own: no program can set or reset them, and make passes on 32 as ignored.
    private const ulong ReservedSignals = 0b11UL << 31;

    private static readonly ToolRunner Tools = new(TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_state_of_a_build_is_fixed()
    {
        var report = await ReportAsync();
        Assert.StartsWith("0022\n", report);
        Assert.Contains("1777 /tmp\n", report);
        Assert.Contains("1777 /dev/shm\n", report);
        Assert.Contains("644 /install/file\n", report);
        Assert.Contains("755 /install/directory\n", report);
        Assert.Equal(2, report.Split('\n').Count(line => line.StartsWith("core file size", StringComparison.Ordinal) && line.EndsWith(" 0", StringComparison.Ordinal)));
        Assert.Single(report.Split('\n'), line => line.StartsWith("open files", StringComparison.Ordinal) && line.EndsWith(" 1024", StringComparison.Ordinal));
        Assert.Single(report.Split('\n'), line => line.StartsWith("stack size", StringComparison.Ordinal) && line.EndsWith(" 8192", StringComparison.Ordinal));
        Assert.Equal((0UL, 0UL), (SignalsOf("SigIgn:") & ~ReservedSignals, SignalsOf("SigBlk:")));
        Assert.Contains("\n0 1 2 3 \n", report);

        ulong SignalsOf(string name) => Convert.ToUInt64(
            Assert.Single(report.Split('\n'), line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim(), 16);
    }

    /// <summary>What the other servers do; by itself it has nothing to do.</summary>
    [Fact]
    public async Task Write_a_report()
    {
        if (Environment.GetEnvironmentVariable(OutputVariable) is { } output)
            await File.WriteAllTextAsync(output, await ReportAsync(), Token);
    }

    [Theory]
    [InlineData("umask 077")]
    [InlineData("umask 0")]
    [InlineData("ulimit -S -n 256")]
    [InlineData("ulimit -S -s 1024; ulimit -S -c 1000; ulimit -S -l 32; ulimit -S -u 5000")]
    [InlineData("trap '' HUP PIPE INT USR1")]
    [InlineData("exec 7</etc/passwd 8</ 9>/dev/null")]
    [InlineData("cd /usr")]
    [InlineData("export TZ=Asia/Tokyo LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8")]
    [InlineData("WRAP nice -n 5")]
    [InlineData("WRAP setpriv --groups 4,5,6")]
    [InlineData("WRAP nohup")]
    public async Task The_state_of_the_server_makes_no_difference(string state) => Assert.Equal(await ReportAsync(), await ReportOfAsync(state));

    [Theory]
    [InlineData("ulimit -n 256")]
    [InlineData("WRAP setpriv --reuid 54321 --regid 54321 --clear-groups")]
    public async Task A_server_without_privileges_makes_no_difference_except_for_limits_that_it_may_not_raise(string state)
    {
        Assert.Equal(WithoutLimits(await ReportAsync()), WithoutLimits(await ReportOfAsync(state)));

        static string WithoutLimits(string report) => string.Join('\n', report.Split('\n').Where(line => !line.Contains(" (-", StringComparison.Ordinal)));
    }

    private async Task<string> ReportOfAsync(string state)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can become another user.");
        var directory = Directory.CreateTempSubdirectory("bistro-state-");
        try
        {
            File.SetUnixFileMode(directory.FullName, (UnixFileMode)0x1FF /* 0777 */);
            var output = Path.Combine(directory.FullName, "report");
            var (before, wrap) = state.StartsWith("WRAP ", StringComparison.Ordinal) ? (":", state[5..]) : (state, "");
            var server = new ToolCommand(
                new Tool("bash", "bash"), "-c", $"{before}; exec {wrap} \"$@\"", "bash", Environment.ProcessPath!, "-method", $"*{nameof(SandboxStateTests)}.{nameof(Write_a_report)}")
            {
                Environment = [new("PATH", Environment.GetEnvironmentVariable("PATH")!), new(OutputVariable, output), new("HOME", directory.FullName)],
            };
            Assert.Equal(0, await Tools.RunAsync(server, Token));
            return await File.ReadAllTextAsync(output, Token);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Variables_of_an_element_do_not_reach_the_programs_that_make_the_sandbox()
    {
        var trace = Path.Combine(fixture.Location, "trace");
        var request = fixture.Request("echo $LD_DEBUG") with
        {
            Environment = [new("PATH", "/bin"), new("LD_DEBUG", "files"), new("LD_DEBUG_OUTPUT", trace), new("LD_PRELOAD", "/nowhere.so")],
        };
        var (result, log) = await fixture.RunAsync(request);
        Assert.Null(result.FailedCommand);
        Assert.Contains("files", log);
        Assert.Empty(Directory.EnumerateFiles(fixture.Location, "trace*"));
    }

    [Theory]
    [InlineData("rmdir /build/out && ln -s /etc /build/out")]
    [InlineData("rmdir /build/out && ln -s . /build/out")]
    public async Task An_output_that_became_a_link_is_refused(string command)
    {
        var request = fixture.Request(command) with { WritableDirectories = ["/build", "/build/out"], Outputs = ["/build/out"] };
        var failure = await Assert.ThrowsAsync<Builder.Sandbox.SandboxException>(() => fixture.RunAsync(request));
        Assert.Equal("/build/out cannot be collected: the build replaced 'out' with a symbolic link.", failure.Message);
    }

    [Fact]
    public async Task Links_of_a_base_lead_nowhere_on_the_host()
    {
        var links = await fixture.TreeAsync(("opt/x", "1"));
        var directory = Path.Combine(fixture.Location, "links");
        Directory.CreateDirectory($"{directory}/opt");
        Directory.CreateDirectory($"{directory}/dev");
        File.CreateSymbolicLink($"{directory}/opt/r", "/usr");
        File.CreateSymbolicLink($"{directory}/opt/a", ".");
        File.CreateSymbolicLink($"{directory}/opt/b", ".");
        File.CreateSymbolicLink($"{directory}/dev/fd", "/proc/self/fd");
        var tree = await fixture.CaptureAsync(directory);
        var request = fixture.Request("ls /opt; cp -a /opt /install/");
        var (result, log) = await fixture.RunAsync(request with { Trees = [.. request.Trees, new("/", links), new("/", tree)] });
        Assert.Null(result.FailedCommand);
        Assert.Equal("a\nb\nr\nx", log);
        Assert.Equal("-> /usr", fixture.Files(result.Outputs[0])["/opt/r"]);
    }

    [Fact]
    public async Task A_build_may_leave_any_depth()
    {
        var (result, _) = await fixture.RunAsync(fixture.Request(MakeDepth("/build")));
        Assert.Null(result.FailedCommand);
        Assert.Empty(Directory.EnumerateDirectories(fixture.Content.Temporary.Root));
    }

    [Fact]
    public async Task An_output_of_any_depth_is_refused_by_its_length()
    {
        var request = fixture.Request(MakeDepth("/install"));
        var failure = await Assert.ThrowsAsync<Builder.Sandbox.SandboxException>(() => fixture.RunAsync(request));
        Assert.StartsWith("/install cannot be collected. A path is longer than 4096 bytes: /install/top/dddd", failure.Message);
        Assert.Empty(Directory.EnumerateDirectories(fixture.Content.Temporary.Root));
    }

    // From the inside out, since no command takes so long a path.
    private static string MakeDepth(string directory) => $$"""
        cd {{directory}}; mkdir top; i=0
        while [ $i -lt 30 ]; do mkdir above; mv top above/{{new string('d', 200)}}; mv above top; i=$((i + 1)); done
        """;

    private async Task<string> ReportAsync()
    {
        var (result, log) = await fixture.RunAsync(fixture.Request(Report));
        Assert.Null(result.FailedCommand);
        return log;
    }
}
