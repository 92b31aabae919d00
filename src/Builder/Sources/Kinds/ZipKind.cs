using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Archives;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>zip</c>: what a folder of a zip file holds.</summary>
internal sealed class ZipKind() : ArchiveKind("zip", ZipArchives.ReadAsync, KindPackage.Community);
