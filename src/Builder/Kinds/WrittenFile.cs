using System.Text;
using Bistro.Builder.Builds;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Trees;

namespace Bistro.Builder.Kinds;

/// <summary>A small file that a kind writes itself.</summary>
/// <param name="Path">In the artifact.</param>
/// <param name="Text">Its content.</param>
/// <param name="IsExecutable">Whether it may be executed.</param>
internal sealed record WrittenFile(string Path, string Text, bool IsExecutable);

/// <summary>Artifacts that consist of such files.</summary>
internal static class WrittenFiles
{
    /// <exception cref="BuildException">A path names no file.</exception>
    public static async Task<ElementOutput> WriteAsync(this ElementBuild build, IEnumerable<WrittenFile> files, CancellationToken cancellationToken)
    {
        var draft = build.Trees.BeginDraft();
        var tree = TreeStore.Empty.Hash;
        foreach (var file in files)
        {
            if (file.Path.Split('/') is not [.., { Length: > 0 } name] || file.Path.Split('/').Contains(".."))
                throw new BuildException(build.Element.FullName, "assemble", $"{build.Element.FullName}: '{file.Path}' is not a path of a file.");
            var content = await build.Content.PutAsync(Encoding.UTF8.GetBytes(file.Text), cancellationToken);
            tree = draft.Put(tree, file.Path[..^name.Length], new FileNode(name, content, file.IsExecutable));
        }
        return new ElementOutput(await draft.CommitAsync(tree, cancellationToken));
    }
}
