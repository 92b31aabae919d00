using System.Diagnostics;

namespace Bistro.Conformance.Projects;

/// <summary>A project whose one element, <c>app.bst</c>, is made to do harm.</summary>
internal sealed class HostileProject
{
    private const string Options = "options: {x: {type: bool, default: true, description: x}}\n";

    private HostileProject(string app) => Files.Add("elements/app.bst", app);

    public Dictionary<string, string> Files { get; } = new(StringComparer.Ordinal)
    {
        ["project.conf"] = $"name: hostile\nmin-version: 2.0\nelement-path: elements\n{Options}",
    };

    /// <summary>Symbolic links, and where they lead.</summary>
    public Dictionary<string, string> Links { get; } = new(StringComparer.Ordinal);

    public string? Pipe { get; private init; }

    /// <summary>Every one, with the beginning of what is to be said of it.</summary>
    public static IReadOnlyDictionary<string, (HostileProject Project, string Message)> All { get; } =
        new Dictionary<string, (HostileProject, string)>(StringComparer.Ordinal)
        {
            ["aliases of aliases"] = (new("kind: manual\nvariables:\n  a: &a [x, x]\n  b: &b [*a, *a]\n"), "elements/app.bst:3:6: "),
            ["a text of 100 MB"] = (new($"kind: manual\ndescription: {new string('x', 100_000_000)}\n"), "elements/app.bst:1:1: "),
            ["lists 10,000 deep"] = (new($"kind: manual\nvariables: {{a: {Repeat("[", 10_000)}{Repeat("]", 10_000)}}}\n"), "elements/app.bst:2:214: "),
            ["mappings 10,000 deep, never closed"] = (new($"kind: manual\nvariables: {Repeat("{a: ", 10_000)}"), "elements/app.bst:2:808: "),
            ["lists in lists, 10,000 deep, without brackets"] = (new($"kind: manual\nvariables:\n  a:\n  {Repeat("- ", 10_000)}x\n"), "elements/app.bst:4:"),
            ["a text of 100 MB in project.conf"] = (new("kind: manual\n") { Files = { ["project.conf"] = $"name: {new string('x', 100_000_000)}\n" } }, "project.conf:1:1: "),
            ["an anchor"] = (new("kind: manual\nvariables: {a: &a x}\n"), "elements/app.bst:2:16: "),
            ["an include out of the project"] = (new("kind: manual\n(@): ../../etc/passwd\n"), "elements/app.bst:2:6: "),
            ["an include by its absolute path"] = (new("kind: manual\n(@): /etc/passwd\n"), "elements/app.bst:2:6: "),
            ["an include that is a link out of the project"] = (new("kind: manual\n(@): out.yml\n") { Links = { ["out.yml"] = "/etc/passwd" } }, "elements/app.bst:2:6: "),
            ["an element that is a link out of the project"] = (new("kind: manual\n") { Links = { ["elements/app.bst"] = "/etc/passwd" } }, "The element 'app.bst' leads outside "),
            ["2,000,000 values"] = (new($"kind: manual\nvariables: {{a: [{Repeat("x,", 2_000_000)}]}}\n"), "elements/app.bst:2:"),
            ["an include that includes itself"] = (new("kind: manual\n(@): app.yml\n") { Files = { ["app.yml"] = "(@): app.yml\n" } }, "app.yml:1:6: "),
            ["a chain of includes"] = (Chain("kind: manual\n(@): 0.yml\n", next => $"(@): {next}.yml\n", name => $"{name}.yml"), "99.yml:1:6: "),
            ["lists that double"] = (
                Chain(
                    "kind: manual\n(@): 0.yml\n",
                    next => $"(@): [{next}.yml, {next}.yml]\nconfig: {{build-commands: {{(>): [x]}}}}\n",
                    name => $"{name}.yml",
                    count: 60),
                ""),
            ["variables that multiply"] = (new($"kind: manual\nvariables:\n  v0: xxxxxxxxxx\n{string.Concat(Enumerable.Range(1, 30).Select(
                index => $"  v{index}: \"{Repeat($"%{{v{index - 1}}}", 10)}\"\n"))}"), "elements/app.bst:"),
            ["a circle of 20,000 variables"] = (new($"kind: manual\nvariables:\n{string.Concat(Enumerable.Range(0, 20_000).Select(
                index => $"  v{index}: \"%{{v{(index + 1) % 20_000}}}\"\n"))}"), "elements/app.bst:"),
            ["an expression 10,000 deep"] = (new($"kind: manual\nvariables:\n  (?):\n  - ? {Repeat("(", 400)}x{Repeat(")", 400)}\n    : {{a: b}}\n"), "elements/app.bst:4:"),
            ["50,000 dependencies that are missing"] = (new($"kind: manual\ndepends:\n{string.Concat(Enumerable.Range(0, 50_000).Select(
                index => $"- {index}.bst\n"))}"), "elements/app.bst:3:3: "),
            ["3,000 links in a row"] = (Chain("kind: link\nconfig: {target: 0.bst}\n", next => $"kind: link\nconfig: {{target: {next}.bst}}\n", name => $"elements/{name}.bst"), "elements/"),
            ["a project that holds itself"] = (new("kind: manual\ndepends: [\"j.bst:app.bst\", \"k.bst:app.bst\"]\n")
            {
                Files = { ["elements/j.bst"] = "kind: junction\nsources: [{kind: local, path: .}]\n", ["elements/k.bst"] = "kind: junction\nsources: [{kind: local, path: .}]\n" },
            }, ""),
            ["a path out of the project"] = (new("kind: import\nsources: [{kind: local, path: ../../etc}]\n"), "elements/app.bst:2:31: "),
            ["a link out of the project"] = (new("kind: import\nsources: [{kind: local, path: out/passwd}]\n") { Links = { ["out"] = "/etc" } }, "elements/app.bst:2:31: "),
            ["an include that never ends"] = (new("kind: manual\n(@): zero\n") { Links = { ["zero"] = "/dev/zero" } }, "elements/app.bst:2:6: "),
            ["an include that waits for a writer"] = (new("kind: manual\n(@): pipe\n") { Pipe = "pipe" }, "elements/app.bst:2:6: "),
            ["a source that waits for a writer"] = (new("kind: import\nsources: [{kind: local, path: pipe}]\n") { Pipe = "pipe" }, "elements/app.bst:2:31: "),
            ["a configuration that never ends"] = (new("kind: manual\n") { Files = { ["project.conf"] = "" }, Links = { ["project.conf"] = "/dev/zero" } }, ""),
        };

    /// <summary>Writes it into a folder.</summary>
    public void Write(string folder)
    {
        foreach (var (name, text) in Files)
            if (!Links.ContainsKey(name))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
                File.WriteAllText(Path.Combine(folder, name), text);
            }
        foreach (var (name, target) in Links)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.CreateSymbolicLink(Path.Combine(folder, name), target);
        }
        if (Pipe is not null)
            Process.Start("mkfifo", [Path.Combine(folder, Pipe)]).WaitForExit();
    }

    private static HostileProject Chain(string app, Func<int, string> link, Func<int, string> name, int count = 3_000)
    {
        var project = new HostileProject(app);
        for (var index = 0; index < count; index++)
            project.Files.Add(name(index), link(index + 1));
        project.Files.Add(name(count), "kind: manual\n");
        return project;
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
