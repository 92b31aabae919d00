using System.Collections.Immutable;
using Bistro.Model.Elements;

namespace Bistro.Builder.Kinds;

/// <summary>The list of element kinds. Of two with one name, the first is meant where the declared origin does not tell.</summary>
public static class ElementKinds
{
    public static ImmutableArray<IElementKind> All { get; } =
    [
        new ImportKind(),
        new BuildElementKind("manual"),
        new ScriptKind(),
        new StackKind(),
        new ComposeKind(),
        new FilterKind(),

        new BuildElementKind("autotools", KindPackage.Plugins),
        new BuildElementKind("cmake", KindPackage.Plugins),
        new BuildElementKind("make", KindPackage.Plugins),
        new BuildElementKind("meson", KindPackage.Plugins),
        new BuildElementKind("pip", KindPackage.Plugins),
        new BuildElementKind("setuptools", KindPackage.Plugins),

        new BuildElementKind("cargo", KindPackage.Community),
        new BuildElementKind("makemaker", KindPackage.Community),
        new BuildElementKind("modulebuild", KindPackage.Community),
        new BuildElementKind("pyproject", KindPackage.Community),
        new BuildElementKind("qmake", KindPackage.Community),
        new OciKind(),
        new TarElementKind(),
        new SnapImageKind(),
        new OstreeKind(),
        new FlatpakImageKind(),
        new FlatpakRepoKind(),
        new CheckForbiddenKind(),
        new CollectIntegrationKind(),
        new CollectPlainManifestKind(),
        new CollectManifestKind(),

        new CollectInitialScriptsKind(),
    ];
}
