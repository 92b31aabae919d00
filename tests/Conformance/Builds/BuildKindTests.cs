namespace Bistro.Conformance.Builds;

/// <summary>Elements that are built by commands, <c>manual</c> and its kin, and what is staged for them.</summary>
public sealed class BuildKindTests : IAsyncDisposable
{
    private readonly BuildFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Manual_runs_its_commands_in_the_build_root_and_keeps_the_install_root()
    {
        _fixture.Write("files/in.txt", "source");
        _fixture.Element("a.bst", """
            kind: manual
            build-depends: [base.bst]
            sources:
            - kind: local
              path: files
            config:
              configure-commands:
              - pwd > where
              build-commands:
              - tr a-z A-Z < in.txt > out.txt
              install-commands:
              - mkdir -p %{install-root}%{bindir}
              - cp out.txt %{install-root}%{bindir}/out; chmod 755 %{install-root}%{bindir}/out
              - cp where %{install-root}/
              strip-commands:
              - echo stripped > %{install-root}/stripped
            """);
        Assert.Equal(
            ["/stripped = stripped", "/usr/bin/out* = SOURCE", "/where = /buildstream/test/a.bst"],
            (await _fixture.BuildAsync("a.bst")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Commands_run_in_the_command_subdir_and_see_the_environment()
    {
        _fixture.Write("files/sub/in.txt", "in");
        _fixture.Element("a.bst", """
            kind: manual
            build-depends: [base.bst]
            variables:
              command-subdir: sub
              notparallel: true
            environment:
              GREETING: hi
            sources:
            - kind: local
              path: files
            config:
              install-commands:
              - cp in.txt %{install-root}/
              - echo $GREETING > %{install-root}/greeting
            """);
        Assert.Equal(["/greeting = hi", "/in.txt = in"], await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task Autotools_configures_makes_and_installs()
    {
        _fixture.Write("base/bin/make", """
            #!/bin/sh
            case "$*" in
            *install*) for a; do case $a in DESTDIR=*) d=${a#DESTDIR=};; esac; done; mkdir -p $d/usr/bin && cp prog $d/usr/bin/prog;;
            *) echo "built with prefix $(cat prefix)" > prog; chmod +x prog;;
            esac
            """);
        File.SetUnixFileMode(Path.Combine(_fixture.Project, "base/bin/make"), (UnixFileMode)0x1ED);
        _fixture.Write("files/configure", """
            #!/bin/sh
            for a; do case $a in --prefix=*) echo ${a#--prefix=} > prefix;; esac; done
            """);
        File.SetUnixFileMode(Path.Combine(_fixture.Project, "files/configure"), (UnixFileMode)0x1ED);
        _fixture.Element("a.bst", """
            kind: autotools
            build-depends: [base.bst]
            sources:
            - kind: local
              path: files
            """);
        Assert.Equal(["/usr/bin/prog* = built with prefix /usr"], await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task Dependencies_may_be_staged_elsewhere() =>
        Assert.Equal(["/x = other"], await BuildOnOtherAsync("location: /sysroot", "cp /sysroot/etc/x %{install-root}/"));

    [Fact]
    public async Task The_digest_of_dependencies_may_be_a_variable()
    {
        var built = await BuildOnOtherAsync("digest-environment: OTHER", "echo $OTHER > %{install-root}/digest");
        var other = _fixture.Builds.Artifacts.Require(await _fixture.LoadAsync("other.bst")).Files;
        Assert.Equal([$"/digest = {other}"], built);
    }

    [Fact]
    public async Task A_stack_is_empty_and_brings_its_dependencies()
    {
        _fixture.Files("x.bst", "x", ("etc/x", "x"));
        _fixture.Element("s.bst", "kind: stack\ndepends: [base.bst, x.bst]\n");
        _fixture.Element("a.bst", """
            kind: manual
            build-depends: [s.bst]
            config:
              install-commands:
              - cp /etc/x %{install-root}/
            """);
        Assert.Empty(await _fixture.BuildAsync("s.bst"));
        Assert.Equal(["/x = x"], await _fixture.BuildAsync("a.bst"));
    }

    [Theory]
    [InlineData(true, "refused")]
    [InlineData(false, "written")]
    public async Task Script_runs_on_its_dependencies_with_or_without_a_read_only_root(bool readOnly, string expected)
    {
        _fixture.Files("x.bst", "x", ("etc/x", "x"));
        _fixture.Element("s.bst", $$"""
            kind: script
            build-depends:
            - base.bst
            - filename: x.bst
              config:
                location: /image
            variables:
              install-root: /out
            config:
              root-read-only: {{readOnly}}
              commands:
              - if echo > /bin/new 2>/dev/null; then echo written; else echo refused; fi > /out/root
              - cp -r /image/etc /out/
              - pwd > /out/where
            """);
        Assert.Equal(["/etc/x = x", $"/root = {expected}", "/where = /"], await _fixture.BuildAsync("s.bst"));
    }

    /// <summary>Builds an element with <c>other.bst</c> among its dependencies.</summary>
    /// <param name="config">Of that dependency.</param>
    /// <param name="command">What builds the element.</param>
    private Task<string[]> BuildOnOtherAsync(string config, string command)
    {
        _fixture.Files("other.bst", "other", ("etc/x", "other"));
        _fixture.Element("a.bst", $$"""
            kind: manual
            build-depends:
            - base.bst
            - filename: other.bst
              config:
                {{config}}
            config:
              install-commands:
              - {{command}}
            """);
        return _fixture.BuildAsync("a.bst");
    }
}
