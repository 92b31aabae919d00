using Bistro.Model.Content;

namespace Bistro.Builder.Sources.Archives;

/// <summary>What a member of an archive is.</summary>
internal enum ArchiveMemberKind
{
    File,
    Directory,
    SymbolicLink,
    HardLink,

    /// <summary>A device or a pipe.</summary>
    Device,

    /// <summary>A type that the tar format leaves to vendors.</summary>
    Unknown,
}

/// <summary>A member of an archive, read: its content is an object already.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">As written in the archive; a folder's has no slash at its end.</param>
/// <param name="Target">Where a link leads.</param>
/// <param name="Content">Of a file.</param>
/// <param name="IsExecutable">Whether its owner may execute it.</param>
internal sealed record ArchiveMember(ArchiveMemberKind Kind, string Name, string Target, SizedDigest Content, bool IsExecutable);
