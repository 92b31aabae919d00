namespace Bistro.Registry.OnDemand;

/// <summary>
/// The elements that an image's name may refer to, in order of preference (docs/architecture.md: Names). The loader decides
/// which of them exist.
/// </summary>
public static class ImageNames
{
    private const string Suffix = ".bst";

    /// <param name="project">The project named by the repository's first component.</param>
    /// <param name="image">The rest of the repository's name: <c>hello</c>, <c>components/hello</c>.</param>
    /// <param name="isJunction">
    /// Whether the element with that full name is a junction. Only junctions are followed: a name of a hundred components has
    /// too many interpretations to try them all.
    /// </param>
    public static async IAsyncEnumerable<string> Candidates(ServedProject project, string image, Func<string, ValueTask<bool>> isJunction)
    {
        if (project.Images.TryGetValue(image, out var element))
        {
            yield return element;
            yield break;
        }
        yield return image + Suffix;
        await foreach (var path in ThroughJunctions("", image, isJunction))
            yield return path;
        foreach (var pattern in project.Search)
            yield return pattern.Replace("{}", image, StringComparison.Ordinal);
    }

    /// <summary>All interpretations of components as junctions: <c>a/b/c</c> is <c>a.bst:b/c.bst</c>, <c>a/b.bst:c.bst</c>, <c>a.bst:b.bst:c.bst</c>.</summary>
    private static async IAsyncEnumerable<string> ThroughJunctions(string project, string path, Func<string, ValueTask<bool>> isJunction)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            var junction = project + path[..slash] + Suffix;
            if (!await isJunction(junction))
                continue;
            var rest = path[(slash + 1)..];
            yield return $"{junction}:{rest}{Suffix}";
            await foreach (var deeper in ThroughJunctions(junction + ":", rest, isJunction))
                yield return deeper;
        }
    }
}
