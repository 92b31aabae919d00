using Bistro.Builder.Content;
using Bistro.Builder.Trees;
using Bistro.Model.Elements;
using Bistro.Model.Loading;

namespace Bistro.Builder.Sources;

/// <summary>
/// Fetches projects behind junctions like any element's sources, and keeps them as folders that the loader can read:
/// <code>
/// sources/junctions/HEX/    the project of the junction whose key is HEX; whole, made in one step
/// </code>
/// </summary>
public sealed class JunctionFetcher(ContentStore store, TreeStore trees, SourceFetcher fetcher) : IJunctionFetcher
{
    public async Task<string?> FetchAsync(Element junction, bool isOptional, CancellationToken cancellationToken)
    {
        var parent = Path.Combine(store.Layout.Sources, "junctions");
        var folder = Path.Combine(parent, junction.Keys.Weak);
        if (Directory.Exists(folder))
            return folder;
        // What is not needed is not worth the network at every load; `bistro source fetch` of the junction gets it.
        if (isOptional)
            return null;
        var tree = await fetcher.StageAsync(junction, Stream.Null, cancellationToken);
        using var scratch = store.Temporary.NewDirectory();
        var staged = Path.Combine(scratch.Location, "project");
        await trees.CheckoutAsync(tree, staged, cancellationToken);
        Directory.CreateDirectory(parent);
        MoveTo(staged, folder);
        return folder;
    }

    private static void MoveTo(string staged, string folder)
    {
        try
        {
            Directory.Move(staged, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another process was faster: it has the same.
        }
    }
}
