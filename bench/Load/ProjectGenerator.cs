using System.Globalization;

namespace Bistro.Bench;

/// <summary>
/// Writes a project of any size with Freedesktop SDK's mix of kinds, sources, includes, conditions, options and depth. It consists
/// of blocks of 1,000 elements, each with a base of its own that is seen a second time through a junction, for another architecture:
/// so closures are as large in a large project as in a small one. The same number always gives the same project.
/// </summary>
internal sealed class ProjectGenerator(string folder)
{
    private const int BlockSize = 1000;

    public void Write(int elements)
    {
        var blocks = Enumerable.Range(0, (elements + BlockSize - 1) / BlockSize)
            .Select(index => new Block(index, Math.Min(BlockSize, elements - index * BlockSize)))
            .ToList();
        foreach (var (path, text) in SharedFiles.All(blocks.Select(block => block.Name)))
            Write(path, text);
        foreach (var block in blocks)
            foreach (var (path, text) in block.Files())
                Write(path, text);
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}

/// <summary>A part of the project that depends on nothing of the other parts.</summary>
internal sealed class Block(int index, int size)
{
    // A tenth of all elements are seen again through the junction, as Freedesktop SDK's own cross compilers are.
    private readonly int _base = size / 10;
    private readonly Random _random = new(index);

    public string Name { get; } = $"part{index.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Project paths with their content.</summary>
    public IEnumerable<(string Path, string Text)> Files()
    {
        for (var number = 0; number < _base; number++)
            yield return ($"elements/{Name}/base/{number:d3}.bst", Base(number));
        // The base twice, the stack at the top, and what comes of these.
        var components = size - 2 * _base - 1;
        for (var number = 0; number < components; number++)
            yield return ($"elements/{Name}/components/{number:d3}.bst", Component(number));
        for (var family = 0; family <= components / 5; family++)
            yield return ($"include/{Name}/{family:d3}.yml", new ElementText(_random).GitRepo($"{Name}/family-{family}").ToString());
        yield return ($"files/{Name}/fix.patch", $"--- a/{Name}\n+++ b/{Name}\n@@ -1 +1 @@\n-a\n+b\n");
        yield return ($"files/{Name}/queue/0001-fix.patch", $"--- a/{Name}\n+++ b/{Name}\n@@ -1 +1 @@\n-b\n+c\n");
        yield return ($"files/{Name}/tree/etc/{Name}.conf", $"part={Name}\n");
        yield return ($"elements/cross/{Name}.bst", Junction());
        yield return ($"elements/{Name}/all.bst", All(components));
    }

    private string Base(int number)
    {
        var text = new ElementText(_random).Kind(number % 4 == 3 ? "manual" : "autotools");
        if (number > 0)
            text.List("build-depends", [$"{Name}/base/{number - 1:d3}.bst", .. Some(number, 3, 12, "base")]);
        if (number > 4)
            text.List("runtime-depends", [$"{Name}/base/{_random.Next(number / 3):d3}.bst"]);
        return text.Source().GitRepo($"{Name}/base-{number}").Common($"{Name}/base-{number}", number).ToString();
    }

    private string Component(int number)
    {
        var kind = KindMix.Choose(_random);
        var text = new ElementText(_random).Kind(kind);
        string[] dependencies = [.. Some(number, 4, 40, "components")];
        var foundation = $"{Name}/base/{_base - 1 - _random.Next(_base / 4):d3}.bst";
        switch (kind)
        {
            case "stack":
                return text.List("depends", [foundation, .. dependencies]).ToString();
            case "filter":
                return text.List("build-depends", [foundation])
                    .Raw("config:\n  include:\n  - runtime\n  - locale\n  include-orphans: False\n").ToString();
            case "compose":
                return text.List("build-depends", [foundation, .. dependencies])
                    .Raw("config:\n  integrate: False\n  exclude:\n  - devel\n  - debug\n").ToString();
            case "script":
                return text.List("build-depends", [foundation, .. dependencies])
                    .Raw("config:\n  commands:\n  - |\n    mkdir -p \"%{install-root}\"\n    echo %{element-name} >\"%{install-root}/name\"\n").ToString();
            case "collect_manifest":
                return text.List("build-depends", [foundation, .. dependencies])
                    .Raw($"config:\n  path: '%{{datadir}}/manifests/{number}.json'\n").ToString();
            case "flatpak_image":
                return text.List("build-depends", [foundation, .. dependencies])
                    .Raw($"config:\n  directory: '%{{prefix}}'\n  exclude:\n  - docs\n  - debug\n  metadata:\n    Runtime:\n      name: org.example.{Name}{number}\n      sdk: org.example.Sdk/%{{gcc_arch}}/%{{branch}}\n").ToString();
            case "import":
                return text.List("depends", [foundation]).Source().Raw($"- kind: local\n  path: files/{Name}/tree\n").ToString();
        }

        text.List("build-depends", [foundation, .. dependencies.Take(2)]).List("depends", dependencies.Skip(2).Take(1));
        if (number % 3 == 0)
            text.List("runtime-depends", dependencies.Skip(3));
        text.Common($"{Name}/{number}", number);
        // The sources of every fifth come from a file that some of its family include, too.
        return (number % 5 == 0
            ? text.Raw($"(@):\n- include/{Name}/{number / 5:d3}.yml\n")
            : SourceMix.Add(text.Source(), kind, Name, number, _random)).ToString();
    }

    private string Junction() =>
        $$"""
        kind: junction

        config:
          options:
            target_arch: aarch64
          map-aliases: identity

        sources:
        - kind: local
          path: project.conf
        - kind: local
          path: elements
          directory: elements
        - kind: local
          path: include
          directory: include
        - kind: local
          path: files/{{Name}}
          directory: files/{{Name}}
        - kind: local
          path: plugins
          directory: plugins

        """;

    private string All(int components) => new ElementText(_random).Kind("stack").List(
        "depends",
        [
            $"cross/{Name}.bst:{Name}/base/{_base - 1:d3}.bst",
            .. Enumerable.Range(0, components).Select(number => $"{Name}/components/{number:d3}.bst"),
        ]).ToString();

    /// <summary>Some of the elements that come before, not far before.</summary>
    private IEnumerable<string> Some(int before, int count, int window, string group) =>
        Enumerable.Range(0, Math.Min(count, before))
            .Select(_ => before - 1 - _random.Next(Math.Min(window, before)))
            .Distinct()
            .Order()
            .Select(number => $"{Name}/{group}/{number:d3}.bst");
}
