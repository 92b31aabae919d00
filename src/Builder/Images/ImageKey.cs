using System.Runtime.CompilerServices;
using Bistro.Builder.Images.Declared;
using Bistro.Model.Elements;
using Bistro.Model.Keys;

namespace Bistro.Builder.Images;

/// <summary>The identity of an element's image.</summary>
public static class ImageKey
{
    // Every pull asks for it; elements do not change.
    private static readonly ConditionalWeakTable<Element, string> Known = [];

    /// <summary>The key of the element's image; where <c>bistro.yaml</c> has a <c>files</c> table for it, a key of the same form that covers the table.</summary>
    public static string Of(ImageSource source)
    {
        var key = Of(source.Element);
        return source.Files.IsEmpty ? key : KeyValue.Of(("image", key), ("files", KeyValue.Of(source.Files.Select(rule => rule.Key)))).Hash().Hex;
    }

    /// <summary>
    /// The element's cache key: the strict one, or the weak one where the project is not strict. Where the image may hold the
    /// element's runtime dependencies, a key of the same form that covers these too, since they are not in an element's own.
    /// </summary>
    public static string Of(Element element) =>
        element.Configuration is OciConfiguration || !element.Keys.AreResolved ? Own(element) : Known.GetValue(element, Combine);

    private static string Combine(Element element)
    {
        var closure = Closure.Runtime(element);
        return closure.Count == 1
            ? Own(element)
            : KeyValue.Of(closure.Select(needed => KeyValue.Of([needed.Project.Name, needed.Name, Own(needed)]))).Hash().Hex;
    }

    private static string Own(Element element) => element.Project.IsStrict ? element.Keys.Strict : element.Keys.Weak;
}
