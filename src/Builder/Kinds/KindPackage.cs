namespace Bistro.Builder.Kinds;

/// <summary>The packages that kinds come from: the project names of the junctions that declare them.</summary>
public static class KindPackage
{
    /// <summary>Apache's <c>buildstream-plugins</c>.</summary>
    public const string Plugins = "buildstream-plugins";

    public const string Community = "buildstream-plugins-community";

    /// <summary>Older than the community package, which took most of its kinds over.</summary>
    public const string Experimental = "bst-plugins-experimental";

    /// <summary>Freedesktop SDK's own plugins, which other projects copy.</summary>
    public const string FreedesktopSdk = "freedesktop-sdk";

    /// <summary>Kinds that only Bistro has, declared with <c>origin: bistro</c>.</summary>
    public const string Bistro = "bistro";
}
