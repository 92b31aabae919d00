namespace Bistro.Bench;

/// <summary>How often each kind stands among Freedesktop SDK's 1,142 elements.</summary>
internal static class KindMix
{
    private static readonly (string Kind, int Count)[] Counts =
    [
        ("autotools", 358), ("meson", 137), ("pyproject", 115), ("manual", 112), ("stack", 87), ("make", 75), ("cmake", 74),
        ("filter", 45), ("script", 26), ("flatpak_image", 26), ("import", 23), ("compose", 22), ("collect_manifest", 17),
        ("makemaker", 13), ("modulebuild", 1), ("cargo", 1),
    ];

    private static readonly int Sum = Counts.Sum(entry => entry.Count);

    public static string Choose(Random random)
    {
        var place = random.Next(Sum);
        foreach (var (kind, count) in Counts)
            if ((place -= count) < 0)
                return kind;
        throw new InvalidOperationException("The counts do not add up.");
    }
}

/// <summary>Its sources: mostly git, a fifth archives, patches on one in eight.</summary>
internal static class SourceMix
{
    public static ElementText Add(ElementText text, string kind, string block, int number, Random random)
    {
        var name = $"{block}/component-{number}";
        switch (kind)
        {
            case "makemaker" or "modulebuild":
                text.Raw($"- kind: cpan\n  name: Part::N{number}\n  suffix: authors/id/N/{number}.tar.gz\n  sha256sum: {text.Hex(32)}\n");
                break;
            case "pyproject" when number % 8 == 0:
                text.Raw($"- kind: pypi\n  name: part-{number}\n  ref:\n    sha256sum: {text.Hex(32)}\n    suffix: {number}/part-{number}.tar.gz\n");
                break;
            case "cargo":
                text.GitRepo(name).Raw($"- kind: cargo2\n  ref:\n{string.Concat(Enumerable.Range(0, 40).Select(crate => $"  - name: crate-{crate}\n    version: 1.{crate}.0\n    sha: {text.Hex(32)}\n"))}");
                break;
            default:
                if (random.Next(5) == 0)
                    text.Raw($"- kind: tar\n  url: archive:{name}-1.{number}.tar.xz\n  ref: {text.Hex(32)}\n");
                else
                    text.GitRepo(name);
                break;
        }

        if (number % 17 == 0)
            text.Raw($"- kind: git_module\n  url: forge:{name}-module.git\n  path: modules/m{number}\n  ref: {text.Hex(20)}\n");
        if (number % 23 == 0)
            text.Raw($"- kind: go_module\n  url: forge:{name}-go.git\n  module: example.org/m{number}\n  ref:\n    explicit: True\n    git-ref: {text.Hex(20)}\n    go-version: v1.{number}.0\n");
        if (number % 97 == 0)
            text.Raw($"- kind: zip\n  url: archive:{name}.zip\n  directory: fonts\n  ref: {text.Hex(32)}\n");
        if (random.Next(8) == 0)
            text.Raw($"- kind: patch\n  path: files/{block}/fix.patch\n");
        if (random.Next(30) == 0)
            text.Raw($"- kind: patch_queue\n  path: files/{block}/queue\n");
        return text;
    }
}
