using System.Globalization;
using Bistro.Bench;

switch (args)
{
    case ["generate", var folder, var count] when int.TryParse(count, CultureInfo.InvariantCulture, out var elements) && elements >= 200:
        new ProjectGenerator(folder).Write(elements);
        return 0;
    case ["reload", var folder, var leaf, var root, .. var targets] when targets.Length > 0:
        await Reload.MeasureAsync(Path.GetFullPath(folder), leaf, root, targets);
        return 0;
    case ["conditions", var folder]:
        return Conditions.Compare(folder) ? 0 : 1;
    default:
        Console.Error.WriteLine("Bistro.Bench generate DIR ELEMENTS (200 at least) | reload DIR LEAF.bst ROOT.bst TARGET.bst... | conditions DIR");
        return 2;
}
