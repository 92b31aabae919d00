using Bistro.Model.Yaml;

namespace Bistro.Model.Elements;

/// <summary>What was made of an element's file, kept from one load to the next while the file stays the same.</summary>
/// <param name="written">The file's content.</param>
/// <param name="declaration">With includes and conditions processed.</param>
internal sealed class ElementMemory(MappingNode written, ElementDeclaration declaration)
{
    public MappingNode Written { get; } = written;

    public ElementDeclaration Declaration { get; } = declaration;

    /// <summary>Null until they were composed.</summary>
    public ElementParts? Parts { get; set; }

    /// <summary>Of the last load; it stands while <see cref="Parts"/> and all of its dependencies do.</summary>
    public Element? Element { get; set; }
}
