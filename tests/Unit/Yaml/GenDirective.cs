using Bistro.Model.Errors;
using Bistro.Model.Python;
using Bistro.Model.Yaml;
using CsCheck;

namespace Bistro.Unit.Yaml;

/// <summary>Random trees in which directives mostly have the form that they should have: what is wrong comes seldom, and late.</summary>
internal static class GenDirective
{
    /// <summary>Options of every type, for conditions to ask for.</summary>
    public const string Options = """
        debug: {type: bool, description: d, default: False, variable: debug}
        color: {type: enum, description: d, values: [red, blue], default: red, variable: color}
        parts: {type: flags, description: d, values: [a, b, c], default: [b, a], variable: parts}
        target: {type: arch, description: d, values: [x86_64, aarch64], variable: target}
        system: {type: os, description: d, values: [Linux], variable: system}
        masked: {type: element-mask, description: d, default: [a.bst], variable: masked}
        """;

    private static readonly Gen<string> Operand = Gen.OneOf(
        "debug", "color", "parts", "target", "system", "masked", "ghost", "'red'", "\"a\"", "'x86_64'", "True", "none", "1", "['a', 'red']", "()", "parts[0]");

    private static readonly Gen<string> Key = Gen.Frequency(
        (8, Gen.OneOf("a", "b", "c", "d")), (1, Gen.OneOf("notparallel", "max-jobs", "")));

    private static readonly Gen<string> Text = Gen.Frequency(
        (6, Gen.OneOf("x", "%{a}", "%{b}%{c}", "%{debug}", "%{parts}/%{target}", "%{ghost}", "1")), (1, GenNode.Value));

    /// <summary>The files that <see cref="Include"/> names.</summary>
    public static string[] Files { get; } = ["x.yml", "y.yml", "sub/x.yml"];

    /// <summary>Conditions: comparisons of options, joined, sometimes cut off.</summary>
    public static Gen<string> Condition { get; } = Gen.Select(
        Operand, Gen.OneOf(" == ", " != ", " in ", " not in ", " and ", " or ", " < ", " ~ ", " + ", " is ", " | ", ".", " if "), Operand, Gen.Int[0, 12],
        (left, sign, right, form) => form switch
        {
            0 => $"not {left}",
            1 => left,
            2 => $"({left}{sign}{right}",
            3 => $"{left}{sign}",
            4 => $"({left}{sign}{right}) == {left}",
            _ => $"{left}{sign}{right}",
        });

    /// <summary>What stands behind <c>(@)</c>.</summary>
    public static Gen<Node> Include { get; } = Gen.Frequency(
        (8, Gen.OneOf("x.yml", "y.yml", "sub.bst:x.yml")),
        (1, Gen.OneOf("missing.yml", "sub.bst:missing.yml", "", ":", "a:b:c", ".", "x.yml/y", "x\0.yml"))).Select(Scalar).Array[0, 3]
        .Select(Node (files) => files is [var file] ? file : Sequence(files));

    /// <summary>Mappings with directives in them.</summary>
    public static Gen<MappingNode> Mapping { get; } = Gen.Int[0, 3].SelectMany(MappingOf);

    /// <summary>Declarations of the options that conditions ask for.</summary>
    public static Gen<MappingNode> Declarations { get; } = Gen.Select(
        Gen.OneOf("debug", "color", "parts", "target", "system", "masked"),
        Gen.Select(
            Gen.OneOf("bool", "enum", "flags", "arch", "os", "element-mask", "none"),
            Gen.OneOf("True", "red", "b", "", "Linux").Select(Scalar),
            Gen.OneOf("red", "blue", "a", "b", "x86_64", "amd64", "Linux", "").Select(Scalar).Array[0, 4].Select(Sequence),
            Gen.Int[0, 7],
            (type, value, values, form) => (Node)Of(
            [
                ("type", Scalar(type)), ("description", Scalar("d")),
                .. form is 0 or 4 ? [] : new[] { ("default", form % 2 == 0 ? value : values) },
                .. form is 1 or 5 ? [] : new[] { ("values", values) },
                .. form is 7 ? new[] { ("variable", value) } : [],
            ]))).Array[0, 4].Select(Of);

    private static Gen<MappingNode> MappingOf(int depth) => MemberOf(depth).Array[0, 5].Select(Of);

    private static Gen<(string Key, Node Value)> MemberOf(int depth)
    {
        var texts = Gen.Select(Text, Scalar).Array[0, 3].Select(Sequence);
        var plain = Gen.Select(Key, Gen.Select(Text, Node (text) => Scalar(text)));
        if (depth == 0)
            return Gen.Frequency((4, plain), (1, Gen.Select(Key, texts)));
        var below = MappingOf(depth - 1);
        return Gen.Frequency(
            (5, plain),
            (2, Gen.Select(Key, texts)),
            (2, Gen.Select(Key, below.Select(Node (mapping) => mapping))),
            (2, Gen.Select(Gen.OneOf("a", "b"), Gen.Select(Gen.OneOf("(>)", "(<)", "(=)"), texts, Node (directive, list) => Of([(directive, list)])))),
            (2, Include.Select(include => ("(@)", include))),
            (3, Gen.Select(Condition, below, Node (condition, fragment) => Of([(condition, fragment)])).Array[0, 3].Select(list => ("(?)", Sequence(list)))),
            (1, Gen.Select(Gen.OneOf("(?)", "(@)", "(>)", "(!)"), below.Select(Node (mapping) => mapping))));
    }

    private static Node Scalar(string text) => new ScalarNode(PythonText.Strip(text), Provenance.None);

    private static Node Sequence(Node[] items) => new SequenceNode([.. items], Provenance.None);

    private static MappingNode Of((string Key, Node Value)[] members) => new(
        [.. members.DistinctBy(member => member.Key, StringComparer.Ordinal).Select(member => new Member(member.Key, member.Value, Provenance.None))],
        Provenance.None);
}
