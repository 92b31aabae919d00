using Bistro.Model.Content;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>The store on this machine's disk; <see cref="ContentLayout"/> draws it. Several processes may have it open.</summary>
public sealed class ContentStore : IContentStore, IDisposable
{
    private readonly SafeFileHandle _root;

    private ContentStore(ContentLayout layout, IContentFaults? faults)
    {
        Layout = layout;
        Faults = faults;
        Temporary = TemporaryArea.Create(layout.Temporary);
        _root = Posix.OpenDirectory(layout.Root);
        Syncs = new SyncGroup(_root, layout.Root);
    }

    public ContentLayout Layout { get; }

    /// <summary>Room on the store's disk for this process's work in progress.</summary>
    public TemporaryArea Temporary { get; }

    internal SyncGroup Syncs { get; }

    internal IContentFaults? Faults { get; }

    /// <summary>Opens the store below <paramref name="root"/>, made if absent.</summary>
    /// <param name="root">The store's directory.</param>
    /// <param name="faults">Where tests cut writes off; null in production.</param>
    public static ContentStore Create(string root, IContentFaults? faults = null)
    {
        var layout = new ContentLayout(root);
        layout.Create();
        return new ContentStore(layout, faults);
    }

    public long? Find(Digest digest) =>
        Posix.TryStat(Layout.Object(digest), out var status) ? status.Length : null;

    public ContentReader? Open(Digest digest)
    {
        var file = Posix.TryOpenRead(Layout.Object(digest));
        return file is null ? null : new ContentReader(file, Posix.Stat(file).Length);
    }

    public IContentBatch BeginBatch() => new ContentBatch(this);

    public void Dispose()
    {
        Temporary.Dispose();
        _root.Dispose();
    }

    /// <summary>Whether the object is there and stays, for somebody who is about to refer to it.</summary>
    internal bool Claim(Digest digest) => Find(digest) is not null;

    internal void Write(SafeFileHandle file, ReadOnlySpan<byte> content, long offset, string path)
    {
        Faults?.Before(ContentStep.Write, path);
        try
        {
            RandomAccess.Write(file, content, offset);
        }
        catch (IOException failure) when (DiskFullException.Means(failure))
        {
            throw new DiskFullException(path);
        }
    }
}
