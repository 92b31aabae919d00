using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Unit.Yaml;

/// <summary>Text to nodes and back, for tests.</summary>
internal static class TestYaml
{
    public static MappingNode Read(string text, string name = "x.yml") => YamlReader.Read(new SourceFile(name, null), text);

    /// <summary>A node on one line: <c>{a: b, c: [d]}</c>.</summary>
    public static string Show(Node node) => node switch
    {
        ScalarNode scalar => scalar.Value,
        SequenceNode sequence => $"[{string.Join(", ", sequence.Items.Select(Show))}]",
        MappingNode mapping => $"{{{string.Join(", ", mapping.Members.Select(member => $"{member.Key}: {Show(member.Value)}"))}}}",
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    public static LoadError FailureOf(string text) => FailureOf(() => Read(text));

    /// <summary>The only mistake reported by a failing action.</summary>
    public static LoadError FailureOf(Action action) => Assert.Single(Assert.Throws<LoadException>(action).Errors);

    /// <summary>The place of the mistake as <c>name:line:column</c>.</summary>
    public static string PlaceOf(Action action) => FailureOf(action).Where.ToString()!;
}
