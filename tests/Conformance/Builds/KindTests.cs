using Bistro.Builder.Errors;

namespace Bistro.Conformance.Builds;

/// <summary>What each kind makes of its sources and dependencies.</summary>
public sealed class KindTests : IAsyncDisposable
{
    private readonly BuildFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Import_takes_its_sources_as_they_are()
    {
        _fixture.Write("files/etc/motd", "hello");
        _fixture.Write("files/etc/more/deep", "deep");
        Element("a.bst", """
            kind: import
            sources:
            - kind: local
              path: files
            """);
        Assert.Equal(["/etc/more/deep = deep", "/etc/motd = hello"], await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task Import_takes_a_part_of_its_sources_to_another_place()
    {
        _fixture.Write("files/etc/more/deep", "deep");
        Element("a.bst", """
            kind: import
            sources:
            - kind: local
              path: files
              directory: sub
            config:
              source: /sub/etc
              target: /usr/share
            """);
        Assert.Equal(["/usr/share/more/deep = deep"], await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task Import_of_nothing_is_an_error()
    {
        _fixture.Write("files/x", "x");
        Element("a.bst", """
            kind: import
            sources:
            - kind: local
              path: files
            config:
              source: /missing
            """);
        var exception = await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("a.bst"));
        Assert.Equal("a.bst: the sources have no files in '/missing' (config: source).", exception.Message);
    }

    [Fact]
    public async Task Manual_runs_its_commands_in_the_build_root_and_keeps_the_install_root()
    {
        _fixture.Write("files/in.txt", "source");
        Element("a.bst", """
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
        Element("a.bst", """
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
        Element("a.bst", """
            kind: autotools
            build-depends: [base.bst]
            sources:
            - kind: local
              path: files
            """);
        Assert.Equal(["/usr/bin/prog* = built with prefix /usr"], await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task Dependencies_may_be_staged_elsewhere()
    {
        Files("other.bst", "other", ("etc/x", "other"));
        Element("a.bst", """
            kind: manual
            build-depends:
            - base.bst
            - filename: other.bst
              config:
                location: /sysroot
            config:
              install-commands:
              - cp /sysroot/etc/x %{install-root}/
            """);
        Assert.Equal(["/x = other"], await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task The_digest_of_dependencies_may_be_a_variable()
    {
        Files("other.bst", "other", ("etc/x", "other"));
        Element("a.bst", """
            kind: manual
            build-depends:
            - base.bst
            - filename: other.bst
              config:
                digest-environment: OTHER
            config:
              install-commands:
              - echo $OTHER > %{install-root}/digest
            """);
        var other = (await _fixture.Workshop.Scheduler.BuildAsync(await _fixture.LoadAsync("other.bst"), TestContext.Current.CancellationToken)).Files;
        Assert.Equal([$"/digest = {other}"], await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task A_stack_is_empty_and_brings_its_dependencies()
    {
        Files("x.bst", "x", ("etc/x", "x"));
        Element("s.bst", "kind: stack\ndepends: [base.bst, x.bst]\n");
        Element("a.bst", """
            kind: manual
            build-depends: [s.bst]
            config:
              install-commands:
              - cp /etc/x %{install-root}/
            """);
        Assert.Empty(await _fixture.BuildAsync("s.bst"));
        Assert.Equal(["/x = x"], await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task Compose_lays_its_dependencies_over_one_another()
    {
        Files("x.bst", "x", ("usr/bin/x", "x"), ("usr/share/doc/x", "doc"));
        Files("y.bst", "y", ("usr/include/y.h", "y"));
        Element("c.bst", "kind: compose\nbuild-depends: [x.bst, y.bst]\n");
        Assert.Equal(["/usr/bin/x = x", "/usr/include/y.h = y", "/usr/share/doc/x = doc"], await _fixture.BuildAsync("c.bst"));
    }

    // Directories are of domains too: /usr/share is of none, so it stays, empty, where orphans do.
    [Theory]
    [InlineData("include: [runtime]", "/orphan = o", "/usr/bin/x = x", "/usr/share/")]
    [InlineData("include: [runtime]\n  include-orphans: false", "/usr/bin/x = x")]
    [InlineData("exclude: [doc, devel]", "/orphan = o", "/usr/bin/x = x", "/usr/share/")]
    [InlineData("include: [runtime, doc]\n  exclude: [doc]\n  include-orphans: false", "/usr/bin/x = x")]
    public async Task Compose_keeps_the_chosen_domains(string choice, params string[] expected)
    {
        Files("x.bst", "x", ("usr/bin/x", "x"), ("usr/share/doc/x", "doc"), ("usr/include/x.h", "h"), ("orphan", "o"));
        Element("c.bst", $"kind: compose\nbuild-depends: [x.bst]\nconfig:\n  {choice}\n");
        Assert.Equal(expected, await _fixture.BuildAsync("c.bst"));
    }

    [Fact]
    public async Task Compose_integrates_and_keeps_what_that_made()
    {
        Files("x.bst", "x", ("etc/x", "x"));
        Element("i.bst", """
            kind: import
            sources:
            - kind: local
              path: x
            public:
              bst:
                integration-commands:
                - echo "$(cat /etc/x) integrated" > /etc/made
                overlap-whitelist: ["/etc/x"]
            """);
        Element("c.bst", "kind: compose\nbuild-depends: [base.bst, i.bst]\nconfig:\n  include: [runtime]\n  include-orphans: false\n");
        Assert.Equal(["/dev/", "/etc/made = x integrated", "/proc/", "/tmp/"], await _fixture.BuildAsync("c.bst"));
    }

    [Fact]
    public async Task Compose_without_integration_runs_nothing()
    {
        Files("x.bst", "x", ("etc/x", "x"));
        Element("i.bst", "kind: stack\npublic:\n  bst:\n    integration-commands: [\"touch /made\"]\n");
        Element("c.bst", "kind: compose\nbuild-depends: [i.bst, x.bst]\nconfig:\n  integrate: false\n");
        Assert.Equal(["/etc/x = x"], await _fixture.BuildAsync("c.bst"));
    }

    [Fact]
    public async Task Filter_lets_chosen_domains_of_its_parent_through()
    {
        Files("x.bst", "x", ("usr/bin/x", "x"), ("usr/share/doc/x", "doc"), ("orphan", "o"));
        Element("f.bst", "kind: filter\nbuild-depends: [x.bst]\nconfig:\n  include: [doc]\n");
        Element("g.bst", "kind: filter\nbuild-depends: [x.bst]\nconfig:\n  exclude: [doc]\n  include-orphans: true\n");
        Assert.Equal(["/usr/share/doc/x = doc"], await _fixture.BuildAsync("f.bst"));
        Assert.Equal(["/orphan = o", "/usr/bin/x = x", "/usr/share/"], await _fixture.BuildAsync("g.bst"));
    }

    [Fact]
    public async Task Filter_by_a_domain_that_its_parent_lacks_names_the_place()
    {
        Files("x.bst", "x", ("usr/bin/x", "x"));
        Element("f.bst", "kind: filter\nbuild-depends: [x.bst]\nconfig:\n  include:\n  - nonsense\n");
        var exception = await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("f.bst"));
        Assert.Equal("elements/f.bst:5:3: x.bst has no domain 'nonsense'; it has debug, devel, doc, locale, runtime.", exception.Message);
    }

    [Theory]
    [InlineData(true, "parent own")]
    [InlineData(false, "own")]
    public async Task Filter_may_pass_the_parent_s_integration_on(bool passes, string expected)
    {
        _fixture.Write("x/usr/bin/x", "x");
        Element("x.bst", """
            kind: import
            sources:
            - kind: local
              path: x
            public:
              bst:
                integration-commands:
                - echo -n "parent " >> /order
            """);
        Element("f.bst", $$"""
            kind: filter
            build-depends: [x.bst]
            config:
              pass-integration: {{passes}}
            public:
              bst:
                integration-commands:
                - echo own >> /order
            """);
        Element("a.bst", "kind: manual\nbuild-depends: [base.bst, f.bst]\nconfig:\n  install-commands: [\"cp /order %{install-root}\"]\n");
        Assert.Equal([$"/order = {expected}"], await _fixture.BuildAsync("a.bst"));
    }

    [Theory]
    [InlineData(true, "refused")]
    [InlineData(false, "written")]
    public async Task Script_runs_on_its_dependencies_with_or_without_a_read_only_root(bool readOnly, string expected)
    {
        Files("x.bst", "x", ("etc/x", "x"));
        Element("s.bst", $$"""
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

    [Fact]
    public async Task Integration_commands_run_in_staging_order_with_their_own_environment()
    {
        foreach (var (name, depends) in new[] { ("one", "[base.bst]"), ("two", "[one.bst]") })
            Element($"{name}.bst", $"""
                kind: stack
                depends: {depends}
                environment:
                  ME: {name}
                public:
                  bst:
                    integration-commands:
                    - echo $ME $(pwd) >> /order
                """);
        Element("a.bst", "kind: manual\nbuild-depends: [two.bst]\nconfig:\n  install-commands: [\"cp /order %{install-root}; echo me=$ME >> %{install-root}/order\"]\n");
        Assert.Equal(["/order = one /\ntwo /\nme="], await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task A_base_is_integrated_once_for_all_that_are_built_on_it()
    {
        Element("i.bst", "kind: stack\ndepends: [base.bst]\npublic:\n  bst:\n    integration-commands: [\"cat /proc/sys/kernel/random/uuid > /once\"]\n");
        foreach (var name in new[] { "a", "b" })
            Element($"{name}.bst", "kind: manual\nbuild-depends: [i.bst]\nconfig:\n  install-commands: [\"cp /once %{install-root}\"]\n");
        Assert.Equal(await _fixture.BuildAsync("a.bst"), await _fixture.BuildAsync("b.bst"));
    }

    private void Element(string name, string text) => _fixture.Write($"elements/{name}", text);

    /// <summary>An import element of these files.</summary>
    private void Files(string name, string folder, params ReadOnlySpan<(string Path, string Text)> files)
    {
        foreach (var (path, text) in files)
            _fixture.Write($"{folder}/{path}", text);
        Element(name, $"kind: import\nsources:\n- kind: local\n  path: {folder}\n");
    }
}
