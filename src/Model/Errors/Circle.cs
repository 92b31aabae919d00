namespace Bistro.Model.Errors;

/// <summary>Describes a cycle: <c>a -> b -> a</c>. The middle of a long one is left out.</summary>
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
