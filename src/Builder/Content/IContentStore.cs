using Bistro.Model.Content;

namespace Bistro.Builder.Content;

/// <summary>
/// Immutable objects by SHA-256. Every object is complete: it appears under its digest only after its bytes were hashed,
/// written and synced. Safe for many threads and for several processes.
/// </summary>
public interface IContentStore
{
    /// <summary>The object's length in bytes, or null when the store does not have it.</summary>
    long? Find(Digest digest);

    /// <summary>Opens an object for reading at any offset, or null when the store does not have it.</summary>
    ContentReader? Open(Digest digest);

    /// <summary>Whether the store has the object. It stays for a while, so that the caller can record that it is needed.</summary>
    bool Claim(Digest digest);

    /// <summary>
    /// A place to write objects whose digests are not known yet. Objects of one batch are synced together when it is
    /// committed, and are not visible before; a batch that is disposed uncommitted leaves nothing.
    /// </summary>
    IContentBatch BeginBatch();
}

/// <summary>
/// Objects on their way into the store. Many threads may add to it at once; it is committed once, when all have finished.
/// An equal object that the store has already is not written again.
/// </summary>
public interface IContentBatch : IAsyncDisposable
{
    /// <summary>Begins one object. Many may be open at once.</summary>
    IContentWriter BeginObject();

    /// <summary>Adds a small object from memory: a directory, a manifest, a few log lines.</summary>
    SizedDigest Add(ReadOnlySpan<byte> content);

    /// <summary>
    /// Adds a file's content. With <paramref name="adopt"/> the file itself may become the object instead of a copy: the
    /// caller must not use it any more, and nothing else may have it open or linked.
    /// </summary>
    SizedDigest AddFile(string path, bool adopt, CancellationToken cancellationToken);

    /// <summary>A free path on the store's disk for a file to be adopted. A file that is left there is removed with the batch.</summary>
    string NewPath();

    /// <summary>Syncs everything and makes it visible.</summary>
    ValueTask CommitAsync(CancellationToken cancellationToken);
}

/// <summary>One object being written: hashed while it is written, never held in memory as a whole. If it is disposed unfinished, nothing is kept.</summary>
public interface IContentWriter : IAsyncDisposable
{
    /// <summary>Bytes written so far.</summary>
    long Length { get; }

    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Ends the object and hands it to its batch.</summary>
    ValueTask<SizedDigest> FinishAsync(CancellationToken cancellationToken);
}
