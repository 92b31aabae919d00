namespace Bistro.Bench;

/// <summary>project.conf and what it includes: shaped and sized as Freedesktop SDK's, the words are ours.</summary>
internal static class SharedFiles
{
    private static readonly string[] Architectures = ["x86_64", "i686", "aarch64", "ppc64le", "riscv64", "loongarch64"];

    /// <param name="blocks">The names of the project's blocks.</param>
    public static IEnumerable<(string Path, string Text)> All(IEnumerable<string> blocks)
    {
        string[] names = [.. blocks];
        yield return ("project.conf", ProjectConf(names));
        yield return ("include/aliases.yml", "forge: https://forge.example/\narchive: https://archive.example/pub/\npypi: https://pypi.example/packages/\ncpan: https://cpan.example/\ncrates: https://crates.example/\n");
        yield return ("include/mirrors.yml", "mirrors:\n- name: near\n  aliases:\n    forge: [\"https://near.example/forge/\"]\n    archive: [\"https://near.example/archive/\"]\n");
        yield return ("include/arch.yml", Arch());
        yield return ("include/flags.yml", Flags());
        yield return ("include/split-rules.yml", SplitRules());
        yield return ("include/autotools.yml", AutotoolsConf);
        yield return ("elements/all.bst", $"kind: stack\n\ndepends:\n{string.Concat(names.Select(name => $"- {name}/all.bst\n"))}");
        foreach (var package in (string[])["buildstream-plugins", "buildstream-plugins-community"])
            yield return ($"elements/plugins/{package}.bst", $"kind: junction\n\nsources:\n- kind: local\n  path: plugins/{package}\n");
    }

    private static string ProjectConf(string[] blocks) =>
        $$"""
        name: generated
        min-version: 2.5
        element-path: elements

        aliases:
          (@): include/aliases.yml

        (@):
        - include/mirrors.yml

        fatal-warnings:
        - overlaps
        - unaliased-url

        variables:
          (@):
          - include/arch.yml
          branch: '26.08'
          build-root: /buildstream-build

        environment:
          (@): include/flags.yml
          LC_ALL: en_US.UTF-8
          SOURCE_DATE_EPOCH: "1320937200"
          GOMAXPROCS: "%{max-jobs}"

        environment-nocache:
          (>):
          - GOMAXPROCS

        split-rules:
          (@): include/split-rules.yml

        options:
          target_arch:
            type: arch
            description: The architecture that is built for
            variable: target_arch
            values: [{{string.Join(", ", Architectures)}}]
          firmware:
            type: flags
            description: What images hold
            values: [firmware, locale]
            default: [locale]
          static_link:
            type: bool
            description: Link statically
            variable: static_link
            default: False

        plugins:
        - origin: junction
          junction: plugins/buildstream-plugins.bst
          elements: [autotools, cmake, make, meson]
          sources: [patch]
        - origin: junction
          junction: plugins/buildstream-plugins-community.bst
          elements: [cargo, collect_manifest, flatpak_image, makemaker, modulebuild, pyproject]
          sources: [cargo2, cpan, git_module, git_repo, go_module, patch_queue, pypi, zip]

        elements:
          autotools:
            (@): include/autotools.yml
          meson:
            variables:
              meson-global: --buildtype=plain -Ddefault_library=shared
          makemaker:
            variables:
              strip-binaries: ''

        sources:
          git_repo:
            config:
              ref-format: git-describe
          pypi:
            config:
              url: 'pypi:'
          cpan:
            config:
              index: 'cpan:'
          cargo2:
            config:
              url: 'crates:crates/'

        junctions:
          internal:
          - plugins/buildstream-plugins.bst
          - plugins/buildstream-plugins-community.bst
        {{string.Join('\n', blocks.Select(name => $"  - cross/{name}.bst"))}}

        """;

    private static string Arch() =>
        "gcc_triplet: '%{gcc_arch}-linux-gnu'\ntriplet: '%{gcc_arch}-unknown-linux-gnu'\nlib: lib/%{gcc_triplet}\nlocal_flags: ''\n(?):\n"
        + string.Concat(Architectures.Select(arch => $"- target_arch == \"{arch}\":\n    gcc_arch: {arch}\n    arch_flags: -march={arch} -fasynchronous-unwind-tables -fstack-clash-protection\n"));

    private static string Flags()
    {
        const string All = "-O2 -pipe -g -Wp,-D_FORTIFY_SOURCE=3 -Wp,-D_GLIBCXX_ASSERTIONS -fexceptions -fstack-protector-strong %{arch_flags} %{local_flags}";
        return string.Concat(
            ((string[])["CFLAGS", "CXXFLAGS", "CGO_CFLAGS", "CGO_CXXFLAGS"]).Select(name => $"{name}: >-\n  {All}\n"))
            + "LDFLAGS: -Wl,-z,relro,-z,now -Wl,--as-needed\nGOFLAGS: -buildmode=pie -mod=vendor -modcacherw\n";
    }

    private static string SplitRules() => string.Concat(((string[])["devel", "debug", "docs", "locale", "runtime", "static", "tests", "licenses"]).Select(
        domain => $"{domain}:\n{string.Concat(Enumerable.Range(0, 10).Select(rule => $"- '%{{prefix}}/{domain}/{rule}/**'\n"))}"));

    private const string AutotoolsConf =
        """
        variables:
          build-dir: build
          conf-host: --host=%{triplet} --build=%{triplet}
          conf-global: >-
            --enable-shared
            --disable-static
            %{conf-host}

        config:
          configure-commands:
          - |
            %{autogen}
            if [ -n "%{build-dir}" ]; then
              mkdir -p %{build-dir}
              cd %{build-dir}
              reldir=..
            else
              reldir=.
            fi
            ${reldir}/%{configure}

          build-commands:
          - |
            cd %{build-dir}
            %{make}

          install-commands:
          - |
            cd %{build-dir}
            %{make-install}
          - |
            find "%{install-root}" -name "*.la" -delete

        """;
}
