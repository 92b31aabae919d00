using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Bistro.Builder.Builds;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Python;

namespace Bistro.Builder.Kinds;

/// <summary><c>collect_integration</c>: the integration commands of its dependencies as one script.</summary>
public sealed class CollectIntegrationKind() : ElementKind("collect_integration", KindPackage.Community)
{
    public override ElementTraits Traits { get; } = new() { ForbidsRuntimeDependencies = true, ForbidsSources = true };

    public override IElementConfiguration Configure(ElementDraft element)
    {
        element.Config.ExpectKeys("script-path", "ignore");
        var ignored = element.Config.OptionalSequence("ignore");
        var names = ignored?.Texts() ?? [];
        var known = Closure.Build(element.Dependencies).Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, node) in names.Zip(ignored?.Items ?? []))
            if (!known.Contains(name))
                throw new LoadException(
                    LoadErrorReason.InvalidData, node.Provenance, $"The ignored element '{name}' is not among the dependencies.");
        return new CollectIntegrationConfiguration(
            element.Config.Text("script-path"), names.ToImmutableSortedSet(CodePointOrder.Instance));
    }
}

/// <summary>The script to write.</summary>
/// <param name="ScriptPath">Where it stands in the artifact.</param>
/// <param name="Ignored">Names of elements, without junctions, whose commands are left out.</param>
public sealed record CollectIntegrationConfiguration(string ScriptPath, ImmutableSortedSet<string> Ignored) : IBuildable
{
    public KeyValue UniqueKey => KeyValue.Of(("ignore", KeyValue.Of(Ignored)), ("script-path", ScriptPath));

    public async Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken)
    {
        var script = new StringBuilder("#!/bin/sh\nset -e\n\n");
        foreach (var element in Closure.Build(build.Element))
        {
            var commands = build.Public(element).IntegrationCommands();
            if (commands.IsEmpty || Ignored.Contains(element.Name))
                continue;
            script.Append(CultureInfo.InvariantCulture, $"# integration commands from {element.Name}\n");
            foreach (var command in commands)
                script.Append(CultureInfo.InvariantCulture, $"{command}\n\n");
        }
        return await build.WriteAsync([new WrittenFile(ScriptPath, script.ToString(), IsExecutable: true)], cancellationToken);
    }
}
