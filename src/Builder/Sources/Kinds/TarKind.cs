using Bistro.Builder.Sources.Archives;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>tar</c>: what a folder of a tar file holds.</summary>
internal sealed class TarKind() : ArchiveKind("tar", TarArchive.ReadAsync);
