using Bistro.Model.Errors;
using Bistro.Model.Python;
using Bistro.Model.Yaml;
using CsCheck;

namespace Bistro.Unit.Yaml;

/// <summary>Random trees and texts for property tests.</summary>
internal static class GenNode
{
    private static readonly Gen<string> Letters = Gen.OneOf(
        "", " ", "x", "a b", "- ", "# c", " #", ": ", "x:", "'", "\"", "\\", "\n", "\t", "%{a}", "%{b}", "%{", "}", "[", "{", ",", "&a", "*a", "!t", "?", "|", ">",
        "---", "...", "é", "😀", "\u0085", "\u2028", "\ufeff", "\u0001", "~", "@", "`", "%", "=", "1", "True", "not x");

    /// <summary>Texts of all that is special in YAML and in our own language.</summary>
    public static Gen<string> Value { get; } = Letters.Array[0, 4].Select(string.Concat);

    private static readonly Gen<string> Key = Gen.Frequency(
        (6, Gen.OneOf("a", "b", "c", "d", "notparallel", "max-jobs")),
        (1, Value),
        (2, Gen.OneOf("(>)", "(<)", "(=)", "(?)", "(!)", "(@)")));

    /// <summary>Mappings of any shape, as files hold them.</summary>
    public static Gen<MappingNode> Mapping { get; } = Gen.Int[0, 3].SelectMany(MappingOf);

    /// <summary>Text that is nearly YAML: tokens of it in a random order.</summary>
    public static Gen<string> NearlyYaml { get; } = Gen.Frequency(
        (3, Gen.OneOf("a: ", "b:\n", "- ", "  ", "\n", "\n  ", "\n- ", "{", "}", "[", "]", ", ", "? ", ": ", "|\n", ">2\n", "'x'", "\"y\"", "# z\n", "--- ", "%TAG ")),
        (1, Letters)).Array[0, 30].Select(string.Concat);

    private static Gen<Node> NodeOf(int depth) => depth == 0
        ? Value.Select(Node (value) => new ScalarNode(PythonText.Strip(value), Provenance.None))
        : Gen.Frequency(
            (3, NodeOf(0)),
            (2, MappingOf(depth - 1).Select(Node (mapping) => mapping)),
            (1, NodeOf(depth - 1).Array[0, 3].Select(Node (items) => new SequenceNode([.. items], Provenance.None))));

    private static Gen<MappingNode> MappingOf(int depth) => Gen.Select(Key, NodeOf(depth)).Array[0, 4].Select(pairs =>
        new MappingNode(
            [.. pairs.DistinctBy(pair => pair.Item1, StringComparer.Ordinal).Select(pair => new Member(pair.Item1, pair.Item2, Provenance.None))],
            Provenance.None));
}
