using System.Collections.Immutable;
using Bistro.Model.Elements;
using Bistro.Model.Keys;

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
public sealed record CheckForbiddenConfiguration(ImmutableSortedSet<string> Forbidden) : IElementConfiguration
{
    public KeyValue UniqueKey => KeyValue.Of(("forbidden", KeyValue.Of(Forbidden)));
}
