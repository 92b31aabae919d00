namespace Bistro.Conformance.Quickstart;

/// <summary>A little project that needs nothing from the network, and the real executable to build it with.</summary>
internal sealed class HostProject : IDisposable
{
    /// <summary>The bytes of the large file.</summary>
    public const int LargeSize = 15_000_000;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-host-");

    public HostProject()
    {
        Assert.SkipWhen(Tool.Find("busybox") is null, "busybox is not installed: apt-get install busybox-static");
        Write("project/project.conf", "name: little\nmin-version: 2.0\nelement-path: elements\n");
        Write("project/elements/shell.bst", "kind: import\nsources:\n- kind: local\n  path: shell\n");
        Write("project/elements/large.bst", "kind: import\nsources:\n- kind: local\n  path: large\n");
        Write("project/elements/app.bst", Manual("shell.bst, large.bst", "echo made > %{install-root}/app"));
        Directory.CreateDirectory(PathOf("project/shell/bin"));
        File.Copy(Tool.Find("busybox")!, PathOf("project/shell/bin/sh"));
        // Nothing that a file system could store in less room.
        var noise = new byte[LargeSize];
        new Random(1).NextBytes(noise);
        Directory.CreateDirectory(PathOf("project/large"));
        File.WriteAllBytes(PathOf("project/large/noise"), noise);
    }

    public string Location => _directory.FullName;

    public string PathOf(string name) => Path.Combine(Location, name);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
    }

    public string Read(string name) => File.ReadAllText(PathOf(name));

    public static string Manual(string dependencies, string command) =>
        $"kind: manual\nbuild-depends: [{dependencies}]\nconfig:\n  build-commands:\n  - {command}\n";

    public Task<Tool.Outcome> BistroAsync(string store, string[] arguments, Dictionary<string, string>? environment = null) =>
        Tool.RunAsync(Checkout.Executable, ["-C", PathOf("project"), "--store", PathOf(store), .. arguments], environment);

    public void Dispose() => _directory.Delete(recursive: true);
}
