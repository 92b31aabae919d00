namespace Bistro.Unit.Projects;

/// <summary>A little project whose files each have several texts to change between.</summary>
internal static class ChangingProject
{
    public const string Target = "top.bst";

    private const string Head =
        "name: top\nmin-version: 2.0\nelement-path: elements\njunctions: {internal: [sub.bst]}\n" +
        "plugins: [{origin: local, path: plugins, elements: [autotools]}]\n";

    private const string Own = """
        - {kind: local, path: project.conf}
        - {kind: local, path: project.refs}
        - {kind: local, path: shared.yml}
        - {kind: local, path: part.yml}
        - {kind: local, path: plugins, directory: plugins}
        - {kind: local, path: files, directory: files}
        - {kind: local, path: elements, directory: elements}

        """;

    /// <summary>The possible contents of each file: the first is the initial one, null means that the file is missing.</summary>
    public static readonly (string Path, string?[] Texts)[] Files =
    [
        ("project.conf", [
            Head + "variables: {(@): shared.yml}\n",
            Head + "variables: {own: value}\n",
            Head + "variables: {(@): shared.yml}\nref-storage: project.refs\n",
            Head + "variables: {(@): shared.yml}\nelements: {manual: {variables: {all: more}}}\n"]),
        ("project.refs", [Refs('a'), Refs('b'), "{}\n"]),
        ("shared.yml", ["shared: one\n", "shared: another\n", "{}\n", null]),
        ("part.yml", ["variables: {part: one}\n", "variables: {part: another}\n", "depends: [b.bst]\n", null]),
        ("plugins/autotools.yaml", ["variables: {plugged: one}\n", "variables: {plugged: two}\n", null]),
        ("plugins/autotools.py", ["", null]),
        ("files/a", ["one", "two", "another", null]),
        ("files/sub/b", ["one", "two", "another", null]),
        ("elements/a.bst", ["kind: manual\n", "kind: manual\nvariables: {new: variable}\n", "kind: manual\nunknown: member\n", "kind: [\n", null]),
        ("elements/b.bst", ["kind: manual\nbuild-depends: [a.bst]\n", "kind: stack\ndepends: [a.bst]\n", "kind: stack\ndepends: [c.bst]\n"]),
        ("elements/c.bst", ["kind: import\nsources: [{kind: local, path: files}]\n", "kind: import\nsources: [{kind: local, path: files/a}]\n"]),
        ("elements/d.bst", ["kind: manual\n(@): part.yml\nconfig: {build-commands: ['%{shared}']}\n", "kind: manual\nbuild-depends: [a.bst, c.bst]\n"]),
        ("elements/e.bst", ["kind: autotools\nconfig: {build-commands: ['%{plugged}']}\n", "kind: autotools\n"]),
        ("elements/f.bst", ["kind: import\nsources: [{kind: remote, url: 'https://example.com/f', ref: " + Ref('c') + "}]\n"]),
        ("elements/link.bst", ["kind: link\nconfig: {target: a.bst}\n", "kind: link\nconfig: {target: b.bst}\n", "kind: link\nconfig: {target: sub.bst:c.bst}\n"]),
        // The project stands behind its own junction: each of its files is read for both.
        ("elements/sub.bst", [
            "kind: junction\nsources:\n" + Own,
            "kind: junction\nsources:\n" + Own + "config: {overrides: {a.bst: c.bst}}\n"]),
        ("elements/top.bst", ["kind: stack\ndepends: [b.bst, d.bst, e.bst, f.bst, link.bst, sub.bst:d.bst, sub.bst:b.bst, sub.bst:e.bst]\n"]),
    ];

    private static string Refs(char letter) => $"projects: {{top: {{f.bst: [{{ref: {Ref(letter)}}}]}}}}\n";

    private static string Ref(char letter) => new(letter, 64);
}
