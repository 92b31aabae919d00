using Bistro.Builder.Content;
using Bistro.Model.Content;

namespace Bistro.Builder.Trees;

/// <summary>
/// Files that were staged, as the kernel knew them right then. Whoever writes to a file changes its status-change time,
/// so a file that still has it has its content still.
/// </summary>
public sealed class StagedFiles
{
    // The kernel's clock for files advances in ticks of up to 10 ms: a file of the last one may change again unseen.
    private const long Tick = 20_000_000;

    private readonly Dictionary<(ulong Device, ulong Inode), (FileStatus Status, SizedDigest Content)> _files;
    private readonly long _trusted;

    internal StagedFiles(IReadOnlyCollection<(FileStatus Status, SizedDigest Content)> files)
    {
        _files = files.ToDictionary(file => (file.Status.Device, file.Status.Inode));
        _trusted = files.Select(file => file.Status.Change.TotalNanoseconds).DefaultIfEmpty().Max() - Tick;
    }

    /// <summary>The content of a file that is as it was staged, else null.</summary>
    internal SizedDigest? Find(in FileStatus status) =>
        _files.TryGetValue((status.Device, status.Inode), out var staged)
        && (staged.Status.Change, staged.Status.Modification, staged.Status.Length) == (status.Change, status.Modification, status.Length)
        && status.Change.TotalNanoseconds < _trusted
            ? staged.Content
            : null;
}
