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
    private static readonly OptionSet Options = TestOptions.Resolve("x: {type: bool, description: x, default: False}");

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
