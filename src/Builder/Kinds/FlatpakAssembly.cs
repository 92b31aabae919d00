using System.Text;
using Bistro.Builder.Builds;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Sandbox;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;

namespace Bistro.Builder.Kinds;

/// <summary>
/// Puts a flatpak together out of staged trees:
/// <code>
/// files/       what the dependencies have in the image's directory, and what AppStream makes of it
/// export/      empty, for applications
/// metadata     a key file
/// </code>
/// </summary>
internal sealed class FlatpakAssembly(ElementBuild build, FlatpakImageConfiguration image)
{
    private const string AllFiles = "/buildstream/allfiles";
    private const string Install = "/buildstream/install";

    public async Task<ElementOutput> AssembleAsync(CancellationToken cancellationToken)
    {
        var staged = await StageAsync(cancellationToken);
        var (all, installed) = image.ComponentIds.IsEmpty
            ? (build.Trees.Subtree(staged, AllFiles) ?? TreeStore.Empty.Hash, TreeStore.Empty.Hash)
            : await ComposeMetadataAsync(staged, cancellationToken);
        var metadata = await build.Content.PutAsync(Encoding.UTF8.GetBytes(image.MetadataText), cancellationToken);
        var draft = build.Trees.BeginDraft();
        var tree = draft.Merge([new TreeLayer(installed), .. Layers(all)]).Tree;
        tree = draft.Put(tree, "/", new FileNode("metadata", metadata, IsExecutable: false));
        return new ElementOutput(await draft.CommitAsync(tree, cancellationToken));
    }

    /// <summary>The root that everything is taken from: chosen files at one place, placed dependencies at theirs.</summary>
    private async Task<Digest> StageAsync(CancellationToken cancellationToken)
    {
        var draft = build.Trees.BeginDraft();
        List<TreeLayer> layers = [];
        foreach (var element in Closure.Runtime(image.Filtered.Select(dependency => dependency.Element)))
            layers.Add(new TreeLayer(draft.Filter(build.Artifact(element), build.Public(element).SplitRules().Chooser(image.Choice)), AllFiles));
        foreach (var place in image.Placed.GroupBy(entry => entry.Location, StringComparer.Ordinal).OrderBy(place => place.Key, StringComparer.Ordinal))
            layers.AddRange(Closure.Runtime(place.Select(entry => entry.Dependency.Element))
                .Select(element => new TreeLayer(build.Artifact(element), place.Key)));
        try
        {
            return await draft.CommitAsync(draft.Merge(layers).Tree, cancellationToken);
        }
        catch (TreeException exception)
        {
            throw new BuildException(
                build.Element.FullName, "stage", $"The dependencies of {build.Element.FullName} do not fit together: {exception.Message}", exception);
        }
    }

    /// <summary>Runs AppStream's tool of the placed dependencies over the files.</summary>
    private async Task<(Digest AllFiles, Digest Installed)> ComposeMetadataAsync(Digest staged, CancellationToken cancellationToken)
    {
        var outputs = await build.RunAsync(
            build.Request() with
            {
                Trees = [new StagedTree("/", staged)],
                Commands = [.. image.ComponentIds.Distinct(StringComparer.Ordinal).Select(Compose)],
                WritableDirectories = [AllFiles, Install],
                Outputs = [AllFiles, Install],
            },
            cancellationToken);
        return (outputs[0], outputs[1]);
    }

    private SandboxCommand Compose(string component) => new(
        [
            "appstreamcli", "compose", "--components", component, "--result-root", Install, "--prefix", image.Directory,
            "--data-dir", $"{AllFiles}/{image.Directory.Trim('/')}/share", "--origin", component, AllFiles,
        ],
        $"appstreamcli compose {component}");

    private IEnumerable<TreeLayer> Layers(Digest all)
    {
        yield return new TreeLayer(TreeStore.Empty.Hash, "/files");
        if (image.IsApplication)
            yield return new TreeLayer(TreeStore.Empty.Hash, "/export");
        foreach (var extension in image.Metadata.Where(section => section.Name.StartsWith("Extension ", StringComparison.Ordinal)))
            yield return new TreeLayer(TreeStore.Empty.Hash, $"/files/{DirectoryOf(extension)}");
        if (build.Trees.Subtree(all, image.Directory) is { } files)
            yield return new TreeLayer(files, "/files");
        if (image.IsRuntime && build.Trees.Subtree(all, "/etc") is { } etc)
            yield return new TreeLayer(etc, "/files/etc");
    }

    private string DirectoryOf(FlatpakSection extension) =>
        extension.Values.FirstOrDefault(value => value.Key == "directory").Value is { } directory
            ? directory.Contains("..", StringComparison.Ordinal)
                ? throw Mistake($"the directory '{directory}' of [{extension.Name}] leads out of the image.")
                : directory
            : throw Mistake($"[{extension.Name}] in 'metadata' has no 'directory'.");

    private BuildException Mistake(string message) => new(build.Element.FullName, "assemble", $"{build.Element.FullName}: {message}");
}
