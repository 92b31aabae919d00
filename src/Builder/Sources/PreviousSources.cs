using Bistro.Builder.Errors;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Sources;

/// <summary>What the sources before staged, for sources that change it or look into it.</summary>
internal static class PreviousSources
{
    /// <summary>Lays it out as files, below the source's own directory, lets them be changed there, and stores the whole tree again.</summary>
    /// <param name="staging">What to work with.</param>
    /// <param name="change">Changes the files of the directory that it is given.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Digest> ChangeAsync(SourceStaging staging, Func<string, Task> change, CancellationToken cancellationToken)
    {
        var place = staging.Source.Directory?.Trim('/') ?? "";
        var before = staging.Trees.Subtree(staging.Previous, "/" + place) ?? TreeStore.Empty.Hash;
        var directory = Path.Combine(staging.ScratchDirectory, Path.GetRandomFileName());
        var known = await staging.Trees.CheckoutAsync(before, directory, cancellationToken);
        await change(directory);
        var after = await staging.Trees.CaptureAsync(directory, new CaptureOptions { Adopt = true, Known = known }, cancellationToken);
        if (place.Length == 0)
            return after;
        var draft = staging.Trees.BeginDraft();
        var slash = place.LastIndexOf('/');
        var node = new DirectoryNode(place[(slash + 1)..], staging.Trees.Measure(after));
        return await draft.CommitAsync(draft.Put(staging.Previous, slash < 0 ? "/" : place[..slash], node), cancellationToken);
    }

    /// <summary>Refuses a symbolic link where a program of the host writes: it may lead anywhere on the host.</summary>
    /// <exception cref="SourceException">The entry of that name is a link.</exception>
    public static void RefuseLink(SourceStaging staging, string name)
    {
        var place = staging.Source.Directory?.Trim('/') ?? "";
        if (staging.Trees.Find(staging.Previous, $"/{place}/{name}") is LinkNode link)
            throw new SourceException($"'{name}' of the sources is a symbolic link to '{link.Target}', which is not followed.");
    }

    /// <summary>The content of a file in it, or null when there is none.</summary>
    /// <param name="staging">What to work with.</param>
    /// <param name="path">From the build root.</param>
    public static Stream? Open(SourceStaging staging, string path) =>
        staging.Trees.Find(staging.Previous, path) is FileNode file ? staging.Content.Open(file.Content.Hash)?.AsStream() : null;
}
