using System.Collections.Immutable;
using Bistro.Builder.Builds;
using Bistro.Model.Elements;

namespace Bistro.Builder.Kinds;

/// <summary>
/// Every kind that configures, builds, installs and strips software with commands: <c>manual</c>, <c>autotools</c>,
/// <c>meson</c>, … They differ in their defaults only (BuildStream's <c>BuildElement</c>).
/// </summary>
public sealed class BuildElementKind(string name, string? package = null) : ElementKind(name, package)
{
    private static readonly ImmutableArray<string> Steps =
        ["configure-commands", "build-commands", "install-commands", "strip-commands"];

    public override ElementTraits Traits { get; } = new() { ReadsDependencyConfig = true };

    public override IElementConfiguration Configure(ElementDraft element)
    {
        element.Config.ExpectKeys(Steps.AsSpan());
        return new BuildElementConfiguration
        {
            Steps = [.. Steps.Select(step => new CommandGroup(step, element.Config.OptionalTexts(step) ?? []))],
            CommandSubdirectory = element.Variable("command-subdir") ?? "",
            IsSequential = !string.IsNullOrEmpty(element.Variable("notparallel")),
            Layout = StagingLayout.Read(element, "location", "digest-environment"),
            DigestEnvironment = DigestVariable.Read(element),
        };
    }
}
