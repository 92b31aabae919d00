namespace Bistro.Model.Errors;

/// <summary>Shows what leads back to itself: <c>a -> b -> a</c>, a long one without its middle.</summary>
internal static class Circle
{
    private const int MostShown = 20;

    public static string Describe(IEnumerable<string> names)
    {
        var all = names.ToArray();
        var shown = all.Length <= MostShown
            ? all
            : [.. all[..(MostShown / 2)], $"({all.Length - MostShown} more)", .. all[^(MostShown / 2)..]];
        return string.Join(" -> ", shown);
    }
}
