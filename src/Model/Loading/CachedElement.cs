using Bistro.Model.Elements;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>What was made of an element's file, kept for the next load while the file stays the same.</summary>
/// <param name="written">The file's content.</param>
/// <param name="declaration">With includes and conditions processed.</param>
internal sealed class CachedElement(MappingNode written, ElementDeclaration declaration)
{
    public MappingNode Written { get; } = written;

    public ElementDeclaration Declaration { get; } = declaration;

    /// <summary>Null until they were composed.</summary>
    public ElementParts? Parts { get; set; }

    /// <summary>Of the last load; it stays valid while its parts and all of its dependencies do.</summary>
    public Element? Element { get; set; }

    /// <summary>What <see cref="Element"/> was made of.</summary>
    public ElementParts? ElementParts { get; set; }
}
