using Bistro.Builder.Files;
using Bistro.Model.Content;

namespace Bistro.Builder.Trees;

/// <summary>
/// The status of staged files right after staging. Every write to a file changes its status-change time, so a file with
/// an unchanged time has unchanged content.
/// </summary>
public sealed class StagedFiles
{
    // The kernel's clock for files advances in ticks of up to 10 ms. A file of the last tick may change without a new time.
    private const long Tick = 20_000_000;

    private readonly Dictionary<(ulong Device, ulong Inode), (FileStatus Status, SizedDigest Content)> _files;
    private readonly long _trusted;

    internal StagedFiles(IReadOnlyCollection<(FileStatus Status, SizedDigest Content)> files)
    {
        _files = files.ToDictionary(file => (file.Status.Device, file.Status.Inode));
        Bytes = files.Sum(file => file.Content.Size);
        _trusted = files.Select(file => file.Status.Change.TotalNanoseconds).DefaultIfEmpty().Max() - Tick;
    }

    /// <summary>The size of all files together.</summary>
    public long Bytes { get; }

    /// <summary>The content of a file that did not change since it was staged, otherwise null.</summary>
    internal SizedDigest? Find(in FileStatus status) =>
        _files.TryGetValue((status.Device, status.Inode), out var staged)
        && (staged.Status.Change, staged.Status.Modification, staged.Status.Length) == (status.Change, status.Modification, status.Length)
        && status.Change.TotalNanoseconds < _trusted
            ? staged.Content
            : null;
}
