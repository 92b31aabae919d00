using System.Collections.Immutable;
using Bistro.Model.Content;

namespace Bistro.Model.Projects;

/// <summary>A hashed tree of local files: its root, and all objects below it in the form that a content store keeps.</summary>
/// <param name="Root">The digest of the root's REAPI <c>Directory</c> message.</param>
/// <param name="Files">Every regular file, in no particular order.</param>
/// <param name="Directories">Every <c>Directory</c> message, serialised; the root is the last.</param>
public sealed record LocalTree(SizedDigest Root, ImmutableArray<LocalFile> Files, ImmutableArray<LocalDirectory> Directories);

/// <summary>A regular file of a local tree.</summary>
/// <param name="Path">Below the tree's root: <c>usr/bin/tool</c>.</param>
/// <param name="AbsolutePath">On disk.</param>
/// <param name="Digest">Of its content, with its length.</param>
/// <param name="IsExecutable">Whether its owner may execute it.</param>
public sealed record LocalFile(string Path, string AbsolutePath, SizedDigest Digest, bool IsExecutable);

/// <summary>A folder of a local tree as a serialised REAPI <c>Directory</c> message.</summary>
public sealed record LocalDirectory(SizedDigest Digest, ReadOnlyMemory<byte> Message);
