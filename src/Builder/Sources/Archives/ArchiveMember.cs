using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Sources.Archives;

/// <summary>The type of a member of an archive.</summary>
internal enum ArchiveMemberKind
{
    File,
    Directory,
    SymbolicLink,
    HardLink,

    /// <summary>A device or a pipe.</summary>
    Device,

    /// <summary>A type that the tar format reserves for vendors.</summary>
    Unknown,
}

/// <summary>A member of an archive, whose content is stored already.</summary>
/// <param name="Kind">Its type.</param>
/// <param name="Name">As written in the archive. The name of a folder has no trailing slash.</param>
/// <param name="Target">The target of a link.</param>
/// <param name="Content">The content of a file.</param>
/// <param name="IsExecutable">Whether its owner may execute it.</param>
internal sealed record ArchiveMember(ArchiveMemberKind Kind, string Name, string Target, SizedDigest Content, bool IsExecutable)
{
    /// <summary>The mode, owner and extended attributes. Only layers of images are read with these: sources have none.</summary>
    public EntryAttributes Attributes { get; init; } = EntryAttributes.None;
}
