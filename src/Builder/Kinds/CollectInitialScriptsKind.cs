using Bistro.Builder.Builds;
using Bistro.Model.Elements;
using Bistro.Model.Keys;

namespace Bistro.Builder.Kinds;

/// <summary><c>collect_initial_scripts</c>: the scripts that its dependencies want run at the first start, as numbered files.</summary>
public sealed class CollectInitialScriptsKind() : ElementKind("collect_initial_scripts", KindPackage.FreedesktopSdk)
{
    public override ElementTraits Traits { get; } = new() { ForbidsRuntimeDependencies = true, ForbidsSources = true };

    public override IElementConfiguration Configure(ElementDraft element)
    {
        element.Config.ExpectKeys("path");
        return new CollectInitialScriptsConfiguration(element.Config.Text("path"));
    }
}

/// <summary>The folder of the artifact that holds the scripts, as written.</summary>
public sealed record CollectInitialScriptsConfiguration(string Path) : IBuildable
{
    public KeyValue UniqueKey => KeyValue.Of(("path", Path));

    public Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken)
    {
        var scripts = from element in Closure.Build(build.Element)
                      let script = build.Public(element).OptionalMapping("initial-script")?.OptionalText("script")
                      where script is not null
                      select (element.Name, Script: script);
        return build.WriteAsync(
            scripts.Select((entry, index) => new WrittenFile($"{Path}/{index + 1:D3}-{Plain(entry.Name)}", entry.Script, IsExecutable: true)),
            cancellationToken);
    }

    private static string Plain(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
