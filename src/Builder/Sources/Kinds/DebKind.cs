using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Archives;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>deb</c>: the files that a Debian package installs.</summary>
internal sealed class DebKind() : ArchiveKind("deb", DebArchive.ReadAsync, KindPackage.Community);
