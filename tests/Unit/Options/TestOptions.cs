using Bistro.Model.Options;
using Bistro.Unit.Yaml;

namespace Bistro.Unit.Options;

/// <summary>Options for tests, on a machine of x86-64 with Linux.</summary>
internal static class TestOptions
{
    public static OptionHost Host { get; } = new("x86-64", "Linux", () => ["a.bst", "b/c.bst"]);

    public static OptionDeclarations Load(string declarations) => OptionDeclarations.Load(TestYaml.Read(declarations, "project.conf"), Host);

    /// <param name="file">Values as the user's configuration gives them.</param>
    /// <param name="commandLine">Values as <c>name=value</c>.</param>
    public static OptionSet Resolve(string declarations, string file = "", params string[] commandLine) =>
        Load(declarations).Resolve([TestYaml.Read(file)], commandLine.Select(Pair));

    private static KeyValuePair<string, string> Pair(string text) =>
        KeyValuePair.Create(text[..text.IndexOf('=')], text[(text.IndexOf('=') + 1)..]);
}
