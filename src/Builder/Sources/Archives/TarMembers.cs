using System.Formats.Tar;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;

namespace Bistro.Builder.Sources.Archives;

/// <summary>Reads a tar stream once, from front to back: contents go into the store as they pass, the rest is returned.</summary>
internal static class TarMembers
{
    // The largest source trees have some hundred thousand files. An archive of nothing but headers must not eat the memory.
    private const int MaximumCount = 5_000_000;

    /// <exception cref="SourceException">It is no tar archive, or it is broken.</exception>
    public static async Task<List<ArchiveMember>> ReadAsync(Stream tar, IContentBatch batch, CancellationToken cancellationToken)
    {
        List<ArchiveMember> members = [];
        try
        {
            await using var reader = new TarReader(tar, leaveOpen: true);
            while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (members.Count == MaximumCount)
                    throw new SourceException($"The archive has more than {MaximumCount} members.");
                if (entry.EntryType is not TarEntryType.GlobalExtendedAttributes)
                    members.Add(await ReadAsync(entry, batch, cancellationToken));
            }
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            throw new SourceException($"The archive is broken: {failure.Message}");
        }
        return members;
    }

    private static async Task<ArchiveMember> ReadAsync(TarEntry entry, IContentBatch batch, CancellationToken cancellationToken)
    {
        var kind = KindOf(entry);
        var content = kind != ArchiveMemberKind.File ? default
            : entry.DataStream is { } data ? await batch.AddAsync(data, cancellationToken)
            : batch.Add([]);
        return new ArchiveMember(
            kind, kind == ArchiveMemberKind.Directory ? entry.Name.TrimEnd('/') : entry.Name, entry.LinkName, content, entry.Mode.HasFlag(UnixFileMode.UserExecute));
    }

    private static ArchiveMemberKind KindOf(TarEntry entry) => entry.EntryType switch
    {
        // The oldest archives know folders only by the slash at the end of their names.
        TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile =>
            entry.Name.EndsWith('/') ? ArchiveMemberKind.Directory : ArchiveMemberKind.File,
        TarEntryType.Directory => ArchiveMemberKind.Directory,
        TarEntryType.SymbolicLink => ArchiveMemberKind.SymbolicLink,
        TarEntryType.HardLink => ArchiveMemberKind.HardLink,
        TarEntryType.CharacterDevice or TarEntryType.BlockDevice or TarEntryType.Fifo => ArchiveMemberKind.Device,
        _ => ArchiveMemberKind.Unknown,
    };
}
