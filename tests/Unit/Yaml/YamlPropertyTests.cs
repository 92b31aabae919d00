using Bistro.Model.Errors;
using Bistro.Model.Python;
using Bistro.Model.Yaml.Editing;
using CsCheck;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Bistro.Unit.Yaml;

public sealed class YamlPropertyTests
{
    private static readonly YamlStyle Style = new("\n", 2, 0);

    [Fact]
    public void Any_text_is_read_or_refused_with_a_place_in_it() => GenNode.NearlyYaml.Sample(text =>
    {
        try
        {
            Assert.Equal(TestYaml.Show(TestYaml.Read(text)), TestYaml.Show(TestYaml.Read(text)));
        }
        catch (LoadException exception)
        {
            var where = Assert.Single(exception.Errors).Where!.Value;
            Assert.InRange(where.Line, 1, text.Split('\n', '\r', '\u0085', '\u2028').Length + 1);
        }
    });

    [Fact]
    public void What_is_written_is_read_back() => GenNode.Mapping.Sample(node =>
    {
        var expected = TestYaml.Show(node);
        Assert.Equal(expected, TestYaml.Show(TestYaml.Read(YamlWriter.Block(node, 0, Style))));
        Assert.Equal(expected, TestYaml.Show(TestYaml.Read(YamlWriter.Flow(node))));
    });

    [Fact]
    public void Another_reader_reads_the_same_where_it_can() => GenNode.Mapping.Sample(node =>
    {
        var text = YamlWriter.Block(node, 0, Style);
        if (ReadByYamlDotNet(text) is { } expected)
            Assert.Equal(expected, TestYaml.Show(TestYaml.Read(text)));
    });

    [Fact]
    public void A_changed_value_is_there_and_nothing_else_has_changed() => Gen.Select(GenNode.Mapping, GenNode.Mapping, Gen.Bool).Sample((node, value, isFlow) =>
    {
        var text = isFlow ? YamlWriter.Flow(node) : YamlWriter.Block(node, 0, Style) + "\n# end\n";
        var editor = new YamlEditor(new SourceFile("x.yml", null), text);
        editor.Set(["a"], value);
        Assert.Equal(TestYaml.Show(node.With("a", value)), TestYaml.Show(TestYaml.Read(editor.Text)));
        Assert.Equal(isFlow, !editor.Text.EndsWith("# end\n", StringComparison.Ordinal));
    });

    private static string? ReadByYamlDotNet(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            return Show(parser);
        }
        catch (YamlException)
        {
            return null;
        }
    }

    private static string Show(Parser parser)
    {
        var parts = new List<string>();
        if (parser.TryConsume<Scalar>(out var scalar))
            return PythonText.Strip(scalar.Value);
        if (parser.TryConsume<SequenceStart>(out _))
        {
            while (!parser.TryConsume<SequenceEnd>(out _))
                parts.Add(Show(parser));
            return $"[{string.Join(", ", parts)}]";
        }

        parser.Consume<MappingStart>();
        while (!parser.TryConsume<MappingEnd>(out _))
            parts.Add($"{parser.Consume<Scalar>().Value}: {Show(parser)}");
        return $"{{{string.Join(", ", parts)}}}";
    }
}
