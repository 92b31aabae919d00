using Bistro.Builder.Content;
using Bistro.Builder.Errors;

namespace Bistro.Builder.Sources.Archives;

/// <summary>Reads a tar stream once, from front to back. File contents are stored as they pass; the rest is returned.</summary>
internal static class TarMembers
{
    // The largest source trees have some hundred thousand files. An archive of headers alone must not use up the memory.
    private const int MaximumCount = 5_000_000;

    /// <param name="tar">The archive, not compressed.</param>
    /// <param name="batch">Stores file contents.</param>
    /// <param name="mayBeEmpty">Whether a stream without any byte is an archive without members.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="SourceException">The stream is not a tar archive, is broken, or has a name that cannot be stored.</exception>
    public static Task<List<ArchiveMember>> ReadAsync(Stream tar, IContentBatch batch, bool mayBeEmpty, CancellationToken cancellationToken) =>
        ReadAsync(new TarReading(tar, batch, mayBeEmpty), cancellationToken);

    /// <summary>Reads a layer of an image: its members have attributes, and a stream without any byte is a layer without members.</summary>
    /// <exception cref="SourceException">The stream is not a tar archive, is broken, or has a name or an attribute that cannot be stored.</exception>
    public static Task<List<ArchiveMember>> ReadLayerAsync(Stream tar, IContentBatch batch, CancellationToken cancellationToken) =>
        ReadAsync(new TarReading(tar, batch, mayBeEmpty: true) { Attributes = new TarAttributes() }, cancellationToken);

    private static async Task<List<ArchiveMember>> ReadAsync(TarReading reading, CancellationToken cancellationToken)
    {
        List<ArchiveMember> members = [];
        try
        {
            while (await reading.NextAsync(cancellationToken) is { } member)
            {
                if (members.Count == MaximumCount)
                    throw new SourceException($"The archive has more than {MaximumCount} members.");
                members.Add(member);
            }
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException)
        {
            throw new SourceException($"The archive is broken: {failure.Message}");
        }
        return members;
    }
}
