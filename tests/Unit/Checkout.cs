namespace Bistro.Unit;

/// <summary>The files of the repository that the tests run in.</summary>
internal static class Checkout
{
    /// <summary>Absolute path of the folder with Bistro.slnx.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string Find(string folder)
    {
        while (!File.Exists(Path.Combine(folder, "Bistro.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run below a checkout of the repository.");
        return folder;
    }
}
