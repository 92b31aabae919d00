namespace Bistro.Conformance;

/// <summary>The checkout that the tests run in.</summary>
internal static class Checkout
{
    /// <summary>The folder with Bistro.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The executable as users run it; <c>make build</c> makes it.</summary>
    public static string Executable => Path.Combine(Root, "artifacts", "bistro");

    /// <summary>The folder beside the checkout that holds projects which may not be copied into it; null where it is absent.</summary>
    public static string? Shared =>
        Path.GetFullPath("../shared", Root) is var path && Directory.Exists(path) ? path : null;

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Bistro.slnx")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("The tests must run inside a checkout");
    }
}
