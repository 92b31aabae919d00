using System.Runtime.CompilerServices;
using Bistro.Builder.Images.Declared;
using Bistro.Model.Elements;
using Bistro.Model.Keys;

namespace Bistro.Builder.Images;

/// <summary>What an element's image is known by.</summary>
public static class ImageKey
{
    // Asked for with every pull; elements do not change.
    private static readonly ConditionalWeakTable<Element, string> Known = [];

    /// <summary>
    /// The element's cache key: the strict one, or the weak one where the project is not strict. Where the image may hold what the
    /// element needs to run, a key of the same form that covers all of that too, since runtime dependencies are not in an element's own.
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
