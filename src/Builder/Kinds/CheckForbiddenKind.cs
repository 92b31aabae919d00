using System.Collections.Immutable;
using Bistro.Builder.Builds;
using Bistro.Builder.Errors;
using Bistro.Builder.Trees;
using Bistro.Model.Elements;
using Bistro.Model.Keys;
using Bistro.Model.Python;

namespace Bistro.Builder.Kinds;

/// <summary><c>check_forbidden</c>: an empty artifact that can only be built while nothing forbidden is among its dependencies.</summary>
public sealed class CheckForbiddenKind() : ElementKind("check_forbidden", KindPackage.Community)
{
    public override IElementConfiguration Configure(ElementDraft element)
    {
        element.Config.ExpectKeys("forbidden");
        return new CheckForbiddenConfiguration(element.Config.Texts("forbidden").ToImmutableSortedSet(CodePointOrder.Instance));
    }
}

/// <summary>Names of elements, without junctions, that nothing may depend on.</summary>
public sealed record CheckForbiddenConfiguration(ImmutableSortedSet<string> Forbidden) : IBuildable
{
    public KeyValue UniqueKey => KeyValue.Of(("forbidden", KeyValue.Of(Forbidden)));

    public Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken)
    {
        var judged = new Dictionary<Element, bool>();
        foreach (var dependency in build.Element.Dependencies)
        {
            if (dependency.IsBuild && IsBad(build, dependency.Element, judged))
                throw new BuildException(
                    build.Element.FullName, "assemble",
                    $"{build.Element.FullName}: '{dependency.Path}' depends on what is forbidden here; the log tells by which way.");
        }
        return Task.FromResult(new ElementOutput(TreeStore.Empty.Hash));
    }

    /// <summary>Whether the element is forbidden or needs to run what is; each step on the way is written to the log.</summary>
    private bool IsBad(ElementBuild build, Element element, Dictionary<Element, bool> judged)
    {
        if (judged.TryGetValue(element, out var known))
            return known;
        var isBad = Forbidden.Contains(element.Name);
        judged[element] = isBad;
        foreach (var dependency in element.Dependencies)
        {
            if (!dependency.IsRuntime || !IsBad(build, dependency.Element, judged))
                continue;
            build.Say($"warning: {element.NormalName} depends on {dependency.Element.NormalName}");
            isBad = true;
        }
        return judged[element] = isBad;
    }
}
