namespace Bistro.Unit.Architecture.PlantedRight;

/// <summary>The other half of a cycle. It names the first half in a generic argument of a nested type's signature only.</summary>
internal static class RightHalf
{
    public static int Size => Nested.Halves().Count;

    private static class Nested
    {
        public static IReadOnlyDictionary<string, PlantedLeft.LeftHalf[]> Halves() => throw new NotSupportedException();
    }
}
