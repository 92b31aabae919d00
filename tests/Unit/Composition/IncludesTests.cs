using Bistro.Model.Composition;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;
using Bistro.Unit.Yaml;

namespace Bistro.Unit.Composition;

public sealed class IncludesTests : IDisposable
{
    private const string Debug = "debug: {type: bool, description: d, default: ";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("includes-");
    private readonly FolderScope _project;

    public IncludesTests()
    {
        var sub = new FolderScope(Path.Combine(_directory.FullName, "sub"), "sub.bst:", Debug + "True}", "{where: sub}", null);
        _project = new FolderScope(_directory.FullName, "", Debug + "False}", "{where: top}", sub);
        Directory.CreateDirectory(Path.Combine(_directory.FullName, "sub"));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void What_is_included_is_put_under()
    {
        Write("x.yml", "{a: 1, b: {c: 2}, l: [1]}");
        Assert.Equal("{kind: k, b: {c: 2, d: 3}, l: [1, 2], a: 1}", Process("{kind: k, (@): x.yml, b: {d: 3}, l: {(>): [2]}}"));
    }

    [Fact]
    public void The_last_of_a_list_is_the_lowest_except_for_what_is_already_there()
    {
        Write("x.yml", "{a: x, b: x, l: [x]}");
        Write("y.yml", "{a: y, c: y, l: {(>): [y]}}");
        Assert.Equal("{c: z, a: y, l: [x, y], b: x}", Process("{(@): [x.yml, y.yml], c: z}"));
    }

    [Fact]
    public void An_empty_list_includes_nothing_and_stays() =>
        Assert.Equal("{(@): [], a: 1}", Process("{(@): [], a: 1}"));

    [Fact]
    public void Includes_stand_anywhere_and_in_includes()
    {
        Write("x.yml", "{b: {(@): y.yml}, (@): y.yml}");
        Write("y.yml", "{c: 1}");
        Assert.Equal("{a: [{b: {c: 1}, c: 1}]}", Process("{a: [{(@): x.yml}]}"));
    }

    [Fact]
    public void Conditions_are_judged_before_and_in_what_is_included()
    {
        Write("x.yml", "{a: 1, (?): [{debug: {a: 2}}, {not debug: {a: 3}}]}");
        Assert.Equal("{a: 3}", Process("{(?): [{not debug: {(@): x.yml}}]}"));
    }

    [Fact]
    public void Across_a_junction_options_and_variables_are_those_of_the_other_project()
    {
        Write("sub/x.yml", "{a: 'in %{where}', (?): [{debug: {b: '%{where}'}}], (@): y.yml}");
        Write("sub/y.yml", "{c: '%{where}', (?): [{debug: {d: 1}}]}");
        Assert.Equal("{a: in sub, b: sub, c: %{where}, d: 1}", Process("{(@): 'sub.bst:x.yml'}"));
    }

    [Fact]
    public void Project_conf_leaves_its_own_conditions_and_can_pass_over_junctions()
    {
        Write("x.yml", "{(?): [{debug: {a: 1}}]}");
        Write("sub/x.yml", "{(?): [{debug: {b: 1}}]}");
        var node = TestYaml.Read("(@): [x.yml, 'sub.bst:x.yml']");
        Assert.Equal(
            "{b: 1, (?): [{debug: {a: 1}}]}",
            TestYaml.Show(new Includes(new YamlFiles(), judgesConditions: false).Process(node, _project)));
        Assert.Equal(
            "{(?): [{debug: {a: 1}}]}",
            TestYaml.Show(new Includes(new YamlFiles(), localOnly: true, judgesConditions: false).Process(node, _project)));
    }

    [Fact]
    public void A_missing_file_is_said_at_the_include()
    {
        var error = FailureOf("kind: k\n(@): gone.yml");
        Assert.Equal(LoadErrorReason.MissingFile, error.Reason);
        Assert.Equal("x.yml:2:6", error.Where.ToString());
    }

    [Fact]
    public void Files_that_include_each_other_are_found()
    {
        Write("x.yml", "(@): y.yml");
        Write("y.yml", "(@): x.yml");
        var error = FailureOf("(@): x.yml");
        Assert.Equal(LoadErrorReason.RecursiveInclude, error.Reason);
        Assert.Equal("y.yml:1:6", error.Where.ToString());
    }

    [Theory]
    [InlineData("(@): {a: b}", "1:6")]
    [InlineData("(@): [x.yml, [y.yml]]", "1:14")]
    public void An_include_is_a_text_or_a_list(string text, string place) =>
        Assert.Equal($"x.yml:{place}", FailureOf(text).Where.ToString());

    [Fact]
    public void Includes_that_double_are_worked_through_once_each()
    {
        for (var number = 0; number < 60; number++)
            Write($"{number}.yml", $"{{(@): [{number + 1}.yml, {number + 1}.yml], v{number}: 1}}");
        Write("60.yml", "{end: 1}");
        Assert.Contains("end: 1", Process("(@): 0.yml"));
    }

    [Fact]
    public void Includes_are_not_endlessly_deep()
    {
        for (var number = 0; number < 200; number++)
            Write($"{number}.yml", $"(@): {number + 1}.yml");
        Assert.Contains("deep", FailureOf("(@): 0.yml").Message);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory.FullName, name), text);

    private string Process(string text) =>
        TestYaml.Show(new Includes(new YamlFiles()).Process(TestYaml.Read(text), _project));

    private LoadError FailureOf(string text) => TestYaml.FailureOf(() => Process(text));
}
