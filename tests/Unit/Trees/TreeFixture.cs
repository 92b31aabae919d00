using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Unit.Content;

namespace Bistro.Unit.Trees;

/// <summary>A real store with trees that are written as little texts.</summary>
public sealed class TreeFixture : IDisposable
{
    private readonly StoreFixture _store = new();

    public TreeFixture() => Trees = new TreeStore(_store.Store);

    public TreeStore Trees { get; }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public string NewDirectory() => _store.NewDirectory();

    /// <summary>
    /// A tree of entries such as <c>/usr/bin/tool* = text</c> (executable), <c>/etc/motd = text</c>, <c>/bin -> usr/bin</c>
    /// and <c>/empty/</c>.
    /// </summary>
    public async Task<Digest> Tree(params string[] entries)
    {
        var directory = NewDirectory();
        foreach (var entry in entries)
            Write(directory, entry);
        return await Trees.CaptureAsync(directory, CaptureOptions.Default, Token);
    }

    /// <summary>The same notation back, in the order of a walk; a directory is listed only when it is empty.</summary>
    public string[] Text(Digest tree) => Text(Trees, tree);

    public static string[] Text(TreeStore trees, Digest tree) => [.. trees.Walk(tree).Select(entry => Text(trees, entry)).OfType<string>()];

    public void Dispose()
    {
        Trees.Dispose();
        _store.Dispose();
    }

    private static string? Text(TreeStore trees, TreeEntry entry) => entry.Node switch
    {
        FileNode file => $"{entry.Path}{(file.IsExecutable ? "*" : "")} = {Read(trees, file)}",
        LinkNode link => $"{entry.Path} -> {link.Target}",
        DirectoryNode directory when directory.Tree == TreeStore.Empty => $"{entry.Path}/",
        _ => null,
    };

    private static string Read(TreeStore trees, FileNode file)
    {
        using var reader = trees.Content.Open(file.Content.Hash)!;
        using var text = new StreamReader(reader.AsStream());
        return text.ReadToEnd();
    }

    private static void Write(string directory, string entry)
    {
        if (entry.Split(" -> ") is [var link, var target])
        {
            File.CreateSymbolicLink(Prepare(directory, link), target);
        }
        else if (entry.Split(" = ") is [var file, var text])
        {
            var path = Prepare(directory, file.TrimEnd('*'));
            File.WriteAllText(path, text);
            if (file.EndsWith('*'))
                File.SetUnixFileMode(path, (UnixFileMode)0x1ED /* 0755 */);
        }
        else
        {
            Directory.CreateDirectory($"{directory}/{entry}");
        }
    }

    private static string Prepare(string directory, string name)
    {
        var path = $"{directory}/{name}";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
