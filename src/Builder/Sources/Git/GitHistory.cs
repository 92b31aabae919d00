using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Bistro.Builder.Processes;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Sources.Git;

/// <summary>
/// The <c>.git</c> beside staged sources: the commits from the ref's commit down to its tag with their trees, and no file
/// contents. <c>git describe</c>, <c>git log -1</c> and <c>git status</c> work in it. Equal refs give equal bytes.
/// </summary>
internal static class GitHistory
{
    /// <param name="repository">Holds the commit and the tags.</param>
    /// <param name="commit">The commit that is checked out.</param>
    /// <param name="tags">Where the history ends; without tags it is the commit alone.</param>
    /// <param name="entries">The commit's files.</param>
    /// <param name="staging">The directories and the store.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<Digest> StoreAsync(
        GitRepository repository,
        string commit,
        ImmutableArray<GitTag> tags,
        ImmutableArray<GitEntry> entries,
        SourceStaging staging,
        CancellationToken cancellationToken)
    {
        var directory = Path.Combine(staging.ScratchDirectory, Path.GetRandomFileName());
        var staged = new GitRepository(directory, staging.Tools, staging.Log);
        Directory.CreateDirectory(directory);
        await staged.RunAsync(["init", "--quiet", "--template=", "--initial-branch=master"], cancellationToken);
        await staged.RunAsync(["config", "core.bare", "false"], cancellationToken);

        var (commits, cut) = await CommitsAsync(repository, commit, tags, cancellationToken);
        var further = tags.SelectMany(tag => tag.Objects).Concat(entries.Where(entry => entry.IsLink).Select(entry => entry.Id));
        await PackAsync(repository, directory, commits, further, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "shallow"), Lines(cut), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "packed-refs"), PackedRefs(commit, tags), cancellationToken);
        // The index has no data of files on disk, so it is the same everywhere.
        await staged.RunAsync(["read-tree", commit], cancellationToken);
        return await staging.Trees.CaptureAsync(directory, new CaptureOptions { Adopt = true }, cancellationToken);
    }

    /// <summary>The commits of the history, and those of them whose parents it lacks.</summary>
    private static async Task<(IEnumerable<string> Commits, ImmutableArray<string> Cut)> CommitsAsync(
        GitRepository repository, string commit, ImmutableArray<GitTag> tags, CancellationToken cancellationToken)
    {
        if (tags.IsEmpty)
            return ([commit], [commit]);
        var whole = new HashSet<string>(StringComparer.Ordinal);
        var edge = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tag in tags)
        {
            edge.Add(tag.Commit);
            foreach (var line in Split(await repository.ReadAsync(["rev-list", "--boundary", commit, $"^{tag.Commit}"], cancellationToken)))
                _ = line[0] == '-' ? edge.Add(line[1..]) : whole.Add(line);
        }
        // Commits whose parents the repository itself lacks are cut here as well.
        var shallow = Path.Combine(repository.Directory, "shallow");
        IEnumerable<string> lacking = File.Exists(shallow) ? await File.ReadAllLinesAsync(shallow, cancellationToken) : [];
        edge.ExceptWith(whole);
        edge.UnionWith(lacking.Where(whole.Contains));
        return (whole.Union(edge), [.. edge.Order(StringComparer.Ordinal)]);
    }

    /// <summary>Writes the commits, their trees and the further objects as a pack. No delta is reused, so the pack does not depend on how they were fetched.</summary>
    private static async Task PackAsync(
        GitRepository repository, string directory, IEnumerable<string> commits, IEnumerable<string> further, CancellationToken cancellationToken)
    {
        var found = new StringBuilder();
        await repository.RunAsync(
            ["rev-list", "--objects", "--no-walk=unsorted", "--no-object-names", "--filter=blob:none", "--stdin"],
            Text(Lines(commits)),
            OutputReaders.Into(found),
            cancellationToken);
        var objects = Split(found.ToString()).Concat(further).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var packs = Path.Combine(directory, "objects", "pack");
        Directory.CreateDirectory(packs);
        await repository.RunAsync(
            ["pack-objects", "--quiet", "--threads=1", "--window=0", "--no-reuse-delta", "--no-reuse-object", Path.Combine(packs, "pack")],
            Text(Lines(objects)),
            output: null,
            cancellationToken);
    }

    private static string PackedRefs(string commit, ImmutableArray<GitTag> tags)
    {
        var text = new StringBuilder("# pack-refs with: peeled fully-peeled sorted \n");
        text.Append(CultureInfo.InvariantCulture, $"{commit} refs/heads/master\n");
        foreach (var tag in tags.OrderBy(tag => tag.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{tag.Id} refs/tags/{tag.Name}\n");
            if (tag.Id != tag.Commit)
                text.Append(CultureInfo.InvariantCulture, $"^{tag.Commit}\n");
        }
        return text.ToString();
    }

    private static string[] Split(string lines) => lines.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private static MemoryStream Text(string text) => new(Encoding.ASCII.GetBytes(text));
}
