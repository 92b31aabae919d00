using Bistro.Model.Elements;
using Bistro.Model.Keys;

namespace Bistro.Builder.Kinds;

/// <summary><c>tar_element</c>: its build dependencies as one tar file.</summary>
public sealed class TarElementKind() : ElementKind("tar_element", KindPackage.Community)
{
    public override ElementTraits Traits { get; } = new()
    {
        StrictRebuild = true,
        ForbidsRuntimeDependencies = true,
        ForbidsSources = true,
    };

    public override IElementConfiguration Configure(ElementDraft element)
    {
        element.Config.ExpectKeys("filename", "compression");
        return new TarElementConfiguration(
            element.Config.Text("filename"), element.Config.Choice("compression", "none", "gzip", "xz", "bzip2"));
    }
}

/// <summary>The tar file to make.</summary>
/// <param name="FileName">Its name without <c>.tar</c> and the compression's extension.</param>
/// <param name="Compression"><c>none</c>, <c>gzip</c>, <c>xz</c> or <c>bzip2</c>.</param>
public sealed record TarElementConfiguration(string FileName, string Compression) : IElementConfiguration
{
    public KeyValue UniqueKey => KeyValue.Of(("compression", Compression), ("filename", FileName));
}
