using System.Text;

namespace Bistro.Bench;

/// <summary>Writes an element of about the length that Freedesktop SDK's have.</summary>
internal sealed class ElementText(Random random)
{
    private readonly StringBuilder _text = new();
    private bool _hasSources;

    public ElementText Kind(string kind) => Raw($"# A generated element.\n\nkind: {kind}\n");

    public ElementText List(string name, IEnumerable<string> items)
    {
        var lines = string.Concat(items.Select(item => $"- {item}\n"));
        return lines.Length == 0 ? this : Raw($"\n{name}:\n{lines}");
    }

    /// <summary>Variables, public data and, here and there, a condition or commands of its own.</summary>
    public ElementText Common(string name, int number)
    {
        Raw($"\nvariables:\n  local_flags: -DNAME={name.Replace('/', '_')}\n  conf-local: >-\n    --disable-static\n    --with-feature-{number % 7}\n    --libdir=%{{libdir}}\n");
        if (number % 13 == 0)
            Raw("  (?):\n  - target_arch == \"x86_64\":\n      local_flags: -mfpmath=sse\n  - target_arch in [\"aarch64\", \"riscv64\"]:\n      local_flags: -mlittle-endian\n");
        if (number % 4 == 0)
            Raw($"\nconfig:\n  install-commands:\n    (>):\n    - |\n      rm -rf \"%{{install-root}}%{{datadir}}/{name}\"\n      install -Dm644 COPYING \"%{{install-root}}%{{datadir}}/licenses/{name}/COPYING\"\n");
        if (number % 2 == 0)
            Raw($"\npublic:\n  bst:\n    split-rules:\n      devel:\n        (>):\n        - '%{{bindir}}/{name}-config'\n        - '%{{libdir}}/lib{number}.so'\n        - '%{{datadir}}/pkgconfig/{number}*'\n  cpe:\n    vendor: example\n    product: product-{number}\n");
        return this;
    }

    /// <summary>Begins the list of sources.</summary>
    public ElementText Source()
    {
        _hasSources = true;
        return Raw("\nsources:\n");
    }

    public ElementText GitRepo(string name)
    {
        if (!_hasSources)
            Source();
        return Raw($"- kind: git_repo\n  url: forge:{name}.git\n  track: v*\n  ref: v{random.Next(9)}.{random.Next(99)}-0-g{Hex(20)}\n");
    }

    public ElementText Raw(string text)
    {
        _text.Append(text);
        return this;
    }

    /// <summary>A hash of this many bytes.</summary>
    public string Hex(int bytes)
    {
        var hash = new byte[bytes];
        random.NextBytes(hash);
        return Convert.ToHexStringLower(hash);
    }

    public override string ToString() => _text.ToString();
}
