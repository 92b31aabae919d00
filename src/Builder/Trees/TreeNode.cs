using Bistro.Model.Content;

namespace Bistro.Builder.Trees;

/// <summary>An entry of a directory: a file, a symbolic link or another directory.</summary>
/// <param name="Name">One path segment.</param>
public abstract record TreeNode(string Name);

/// <summary>A regular file. Owner, times and further mode bits are not kept unless <paramref name="Properties"/> say so.</summary>
public sealed record FileNode(string Name, SizedDigest Content, bool IsExecutable, NodeProperties? Properties = null) : TreeNode(Name);

/// <summary>A symbolic link; its target is kept as it is written.</summary>
public sealed record LinkNode(string Name, string Target, NodeProperties? Properties = null) : TreeNode(Name);

/// <summary>A directory, by the digest of its own <see cref="TreeDirectory"/>.</summary>
public sealed record DirectoryNode(string Name, SizedDigest Tree) : TreeNode(Name);
