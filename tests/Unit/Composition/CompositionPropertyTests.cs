using Bistro.Model.Composition;
using Bistro.Model.Errors;
using Bistro.Model.Options;
using Bistro.Model.Variables;
using Bistro.Model.Yaml;
using Bistro.Unit.Options;
using Bistro.Unit.Yaml;
using CsCheck;

namespace Bistro.Unit.Composition;

public sealed class CompositionPropertyTests
{
    private static readonly OptionSet Options = TestOptions.Resolve(GenDirective.Options);

    [Fact]
    public void Composing_and_expanding_throws_nothing_but_the_loaders_own_error() =>
        Gen.Select(GenNode.Mapping, GenNode.Mapping, GenNode.Mapping).Sample((target, overlay, variables) =>
        {
            var composed = Try(() => Conditions.Process(Composer.Compose(target, overlay), Options));
            var under = Try(() => Composer.ComposeUnder(target, overlay));
            var set = Try(() => VariableSet.Create(variables).With(overlay));
            Try(() => set?.Values);
            foreach (var node in new[] { composed, under, target })
            {
                if (node is not null)
                    Try(() => set?.Expand(node));
            }
        });

    [Fact]
    public void Including_and_judging_throws_nothing_but_the_loaders_own_error()
    {
        var folder = Directory.CreateTempSubdirectory("bistro-composition-");
        Directory.CreateDirectory(Path.Combine(folder.FullName, "sub"));
        var sub = new FolderScope(Path.Combine(folder.FullName, "sub"), "sub.bst:", GenDirective.Options, "{a: sub}", null);
        var project = new FolderScope(folder.FullName, "", GenDirective.Options, "{a: top}", sub);
        try
        {
            Gen.Select(GenDirective.Mapping, GenDirective.Mapping.Array[GenDirective.Files.Length]).Sample(
                (node, files) =>
                {
                    foreach (var (name, content) in GenDirective.Files.Zip(files))
                        File.WriteAllText(Path.Combine(folder.FullName, name), YamlPrinter.Print(content));
                    var variables = VariableSet.Create(project.Variables.Expand(TestYaml.Read("{b: '%{a}'}")));
                    var included = Try(() => new Includes(new YamlFiles()).Process(node, project));
                    var waiting = Try(() => new Includes(new YamlFiles(), localOnly: true, judgesConditions: false).Process(node, project));
                    foreach (var made in new[] { included, waiting is null ? null : Try(() => Conditions.Process(waiting, project.Options, "a")) })
                    {
                        if (made is null)
                            continue;
                        Try(() => variables.With(made).Values);
                        Try(() => variables.Expand(made));
                        Try(() =>
                        {
                            Directive.ExpectNoneOfLists(made);
                            return made;
                        });
                    }
                },
                // They write to the same files.
                threads: 1);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Options_of_any_shape_throw_nothing_but_the_loaders_own_error() =>
        Gen.Select(GenDirective.Declarations, GenDirective.Condition, GenNode.Value).Sample((declarations, condition, value) =>
        {
            var options = Try(() => OptionDeclarations.Load(declarations, TestOptions.Host));
            Try(() => options?.Resolve([], declarations.Members.Take(1).Select(member => KeyValuePair.Create(member.Key, value))));
            var set = Try(() => options?.Resolve([], []));
            Try(() => set?.Holds(condition, Provenance.None));
        });

    [Fact]
    public void An_empty_overlay_changes_nothing() => GenNode.Mapping.Sample(node => Assert.Equal(
        TestYaml.Show(node), TestYaml.Show(Composer.Compose(node, MappingNode.Empty))));

    [Fact]
    public void What_is_composed_twice_stays_as_it_is() => Gen.Select(GenNode.Mapping, GenNode.Mapping).Sample((target, overlay) =>
    {
        if (target.Has(NodeMarks.ListDirective | NodeMarks.Condition) || overlay.Has(NodeMarks.ListDirective | NodeMarks.Condition))
            return;
        if (Try(() => Composer.Compose(target, overlay)) is { } once)
            Assert.Equal(TestYaml.Show(once), TestYaml.Show(Composer.Compose(once, overlay)));
    });

    [Fact]
    public void A_set_that_stands_on_another_says_what_one_of_both_would() =>
        Gen.Select(GenNode.Mapping, GenNode.Mapping).Sample((project, element) =>
        {
            // As in every project.
            project = project.With("max-jobs", new ScalarNode("4", Provenance.None));
            var layered = Try(() => VariableSet.Create(project).With(element).Values);
            var flat = Try(() => VariableSet.Create(Composer.Compose(project, element)).Values);
            if (!layered.IsDefault && !flat.IsDefault)
                Assert.Equal(flat, layered);
        });

    private static T? Try<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (LoadException)
        {
            return default;
        }
    }
}
