using System.Buffers;
using Bistro.Model.Content;

namespace Bistro.Builder.Content;

/// <summary>Common operations on a store, built from its few methods.</summary>
public static class ContentStoreExtensions
{
    /// <summary>Opens an object that must be there.</summary>
    /// <exception cref="ContentMissingException">It is not.</exception>
    public static ContentReader OpenRequired(this IContentStore store, Digest digest) =>
        store.Open(digest) ?? throw new ContentMissingException(digest);

    /// <summary>Reads a small object whole, and checks it: a directory, a manifest, a message.</summary>
    /// <exception cref="ContentMissingException">The store does not have it, or has removed it because it was corrupt.</exception>
    public static byte[] ReadAll(this IContentStore store, Digest digest)
    {
        using var reader = store.OpenRequired(digest);
        using var check = reader.BeginCheck();
        var content = new byte[reader.Length];
        var length = 0;
        for (int read; length < content.Length && (read = reader.Read(content.AsSpan(length), length)) > 0; length += read)
        {
        }
        check?.Append(content.AsSpan(0, length));
        return length == content.Length && check?.Passes() is not false ? content : throw new ContentMissingException(digest);
    }

    /// <summary>Stores one small object.</summary>
    public static async ValueTask<SizedDigest> PutAsync(this IContentStore store, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using var batch = store.BeginBatch();
        var digest = batch.Add(content.Span);
        await batch.CommitAsync(cancellationToken);
        return digest;
    }

    /// <summary>Stores the rest of a stream as one object.</summary>
    public static async ValueTask<SizedDigest> PutAsync(this IContentStore store, Stream content, CancellationToken cancellationToken)
    {
        await using var batch = store.BeginBatch();
        var digest = await batch.AddAsync(content, cancellationToken);
        await batch.CommitAsync(cancellationToken);
        return digest;
    }

    /// <summary>Adds the rest of a stream as one object.</summary>
    public static async ValueTask<SizedDigest> AddAsync(this IContentBatch batch, Stream content, CancellationToken cancellationToken)
    {
        await using var writer = batch.BeginObject();
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
                await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            return await writer.FinishAsync(cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
