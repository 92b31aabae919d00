using Bistro.Builder.Images.Declared;
using Bistro.Model.Elements;

namespace Bistro.Builder.Kinds;

/// <summary><c>oci</c>: container images, each with a layer on top of another image or alone.</summary>
public sealed class OciKind() : ElementKind("oci", KindPackage.Community)
{
    public override IElementConfiguration Configure(ElementDraft element) => OciConfiguration.Read(element.Config, element.Dependencies);
}
