using Bistro.Model.Elements;

namespace Bistro.Builder.Builds;

/// <summary>A configuration whose artifact holds files of other elements, as these made them.</summary>
public interface IFileSelection : IElementConfiguration
{
    /// <summary>The elements whose files are chosen from.</summary>
    /// <param name="element">The element with this configuration.</param>
    IEnumerable<Element> ChosenFrom(Element element);
}
