using System.Collections.Immutable;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Images.Declared;

/// <summary>Finds the elements that the images of an <c>oci</c> element name.</summary>
internal static class OciImages
{
    /// <summary>
    /// A build dependency by the name with which the element's file refers to it, or an element that a build dependency needs at
    /// runtime by its own name; null when there is neither.
    /// </summary>
    public static Element? Find(ImmutableArray<Dependency> dependencies, string name) =>
        dependencies.FirstOrDefault(dependency => dependency.IsBuild && dependency.Path == name)?.Element
        ?? Closure.Build(dependencies).Find(element => element.Name == name || element.FullName == name);

    /// <summary>Mistakes that the reference finds only when it builds. Despite them, the element has a cache key.</summary>
    public static IEnumerable<LoadError> Mistakes(SequenceNode images, ImmutableArray<Dependency> dependencies)
    {
        if (images.Items.IsEmpty)
            yield return Mistake(images, "'images' must not be empty: write at least one image, such as {os: linux, architecture: amd64, layer: [base.bst]}");
        foreach (var image in images.Mappings())
        {
            foreach (var name in image.OptionalSequence("layer") is { } layer ? layer.Scalars() : [])
            {
                if (Find(dependencies, name.Value) is null)
                    yield return Mistake(name, $"'{name.Value}' in 'layer' is not a build dependency: add it to 'build-depends'");
            }
            if (image.OptionalMapping("parent") is { } parent)
            {
                foreach (var mistake in ParentMistakes(parent, dependencies))
                    yield return mistake;
            }
        }
    }

    private static IEnumerable<LoadError> ParentMistakes(MappingNode parent, ImmutableArray<Dependency> dependencies)
    {
        var name = parent.RequiredScalar("element");
        var found = Find(dependencies, name.Value);
        if (found is null)
            yield return Mistake(name, $"The parent '{name.Value}' is not a build dependency: add it to 'build-depends'");
        var index = parent.Integer("image", 0);
        if (found?.Configuration is OciConfiguration { Images.Length: var count } && (index < 0 || index >= count))
            yield return Mistake(parent["image"] ?? name, $"The parent '{name.Value}' has {count} images, counted from 0: it has no image {index}");
    }

    private static LoadError Mistake(Node where, string message) => new(LoadErrorReason.InvalidData, where.Provenance, message);
}
