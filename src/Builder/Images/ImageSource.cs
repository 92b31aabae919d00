using System.Collections.Immutable;
using Bistro.Builder.Images.Permissions;
using Bistro.Model.Elements;

namespace Bistro.Builder.Images;

/// <summary>What an image is made from.</summary>
/// <param name="Element">The element.</param>
/// <param name="Files">The <c>files</c> table of the image in <c>bistro.yaml</c>, which is not part of the element's cache key.</param>
public sealed record ImageSource(Element Element, ImmutableArray<FileRule> Files)
{
    public ImageSource(Element element)
        : this(element, [])
    {
    }

    /// <summary>See <see cref="ImageKey"/>.</summary>
    public string Key => ImageKey.Of(this);
}
