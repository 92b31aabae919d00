namespace Bistro.Registry.OnDemand;

/// <summary>
/// Which elements an image's name may stand for, best first (docs/architecture.md: Names). Whether such an element is there is
/// the loader's to say.
/// </summary>
public static class ImageNames
{
    private const string Suffix = ".bst";

    /// <param name="project">The project that the repository's first component names.</param>
    /// <param name="image">The rest of the repository's name: <c>hello</c>, <c>components/hello</c>.</param>
    /// <param name="isJunction">
    /// Whether an element is a junction, by its full name. It is asked before the name goes on behind it: a name of a hundred
    /// components has more readings than there is time for.
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

    /// <summary>Every way to read components as junctions: <c>a/b/c</c> is <c>a.bst:b/c.bst</c>, <c>a/b.bst:c.bst</c>, <c>a.bst:b.bst:c.bst</c>.</summary>
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
