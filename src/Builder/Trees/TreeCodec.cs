using Bistro.Model.Content;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Bistro.Builder.Trees;

/// <summary>Directories as REAPI's <c>Directory</c> message, in its canonical form: equal directories have equal bytes.</summary>
internal static class TreeCodec
{
    public static byte[] Encode(TreeDirectory directory)
    {
        var message = new Wire.Directory { NodeProperties = Encode(directory.Properties) };
        foreach (var node in directory.Nodes)
        {
            switch (node)
            {
                case FileNode file:
                    message.Files.Add(new Wire.FileNode
                    {
                        Name = file.Name,
                        Digest = Encode(file.Content),
                        IsExecutable = file.IsExecutable,
                        NodeProperties = Encode(file.Properties),
                    });
                    break;
                case DirectoryNode below:
                    message.Directories.Add(new Wire.DirectoryNode { Name = below.Name, Digest = Encode(below.Tree) });
                    break;
                case LinkNode link:
                    message.Symlinks.Add(new Wire.SymlinkNode { Name = link.Name, Target = link.Target, NodeProperties = Encode(link.Properties) });
                    break;
            }
        }
        return message.ToByteArray();
    }

    /// <exception cref="InvalidDataException">The bytes are no directory, or one that could lead out of its tree.</exception>
    public static TreeDirectory Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var message = Wire.Directory.Parser.ParseFrom(bytes);
            IEnumerable<TreeNode> nodes =
            [
                .. message.Files.Select(file => new FileNode(Name(file.Name), Decode(file.Digest), file.IsExecutable, Decode(file.NodeProperties))),
                .. message.Directories.Select(below => new DirectoryNode(Name(below.Name), Decode(below.Digest))),
                .. message.Symlinks.Select(link => new LinkNode(Name(link.Name), link.Target, Decode(link.NodeProperties))),
            ];
            return TreeDirectory.Create(nodes, Decode(message.NodeProperties));
        }
        catch (Exception failure) when (failure is InvalidProtocolBufferException or ArgumentException or FormatException)
        {
            throw new InvalidDataException($"Not a directory of a tree: {failure.Message}", failure);
        }
    }

    public static Wire.Digest Encode(SizedDigest digest) => new() { Hash = digest.Hash.Hex, SizeBytes = digest.Size };

    public static SizedDigest Decode(Wire.Digest? digest) =>
        digest is null ? throw new FormatException("a digest is missing.") : new SizedDigest(Digest.ParseHex(digest.Hash), digest.SizeBytes);

    private static string Name(string name) =>
        NodeNames.IsValid(name) ? name : throw new FormatException($"'{name}' is not a file name.");

    private static Wire.NodeProperties? Encode(NodeProperties? properties)
    {
        if (properties is null)
            return null;
        var message = new Wire.NodeProperties { UnixMode = properties.Mode };
        if (properties.ModificationTime is var (seconds, nanoseconds))
            message.Mtime = new Timestamp { Seconds = seconds, Nanos = nanoseconds };
        message.Properties.AddRange(properties.Values.Select(value => new Wire.NodeProperty { Name = value.Key, Value = value.Value }));
        return message;
    }

    private static NodeProperties? Decode(Wire.NodeProperties? message) => message is null ? null : new NodeProperties(
        [.. message.Properties.Select(value => KeyValuePair.Create(value.Name, value.Value))],
        message.Mtime is { } time ? (time.Seconds, time.Nanos) : null,
        message.UnixMode);
}
