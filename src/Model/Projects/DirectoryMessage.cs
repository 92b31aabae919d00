using System.Buffers;
using System.Text;
using Bistro.Model.Content;

namespace Bistro.Model.Projects;

/// <summary>
/// Writes a REAPI <c>Directory</c> message in canonical form: entries sorted by name, fields by number, defaults left out. Its
/// digest is the key of a <c>local</c> source.
/// </summary>
internal sealed class DirectoryMessage
{
    // build.bazel.remote.execution.v2: Directory, FileNode, DirectoryNode, SymlinkNode, Digest.
    private const int Files = 1;
    private const int Directories = 2;
    private const int Symlinks = 3;
    private const int Name = 1;
    private const int NodeDigest = 2;
    private const int NodeTarget = 2;
    private const int IsExecutable = 4;
    private const int Hash = 1;
    private const int Size = 2;

    private readonly ArrayBufferWriter<byte> _message = new();
    private readonly ArrayBufferWriter<byte> _node = new();
    private readonly ArrayBufferWriter<byte> _digest = new();

    /// <summary>All files first, then all directories, then all links, each by name.</summary>
    public void AddFile(string name, SizedDigest digest, bool isExecutable)
    {
        AddText(_node, Name, name);
        AddDigest(digest);
        if (isExecutable)
            AddNumber(_node, IsExecutable, 1);
        AddNode(Files);
    }

    public void AddDirectory(string name, SizedDigest digest)
    {
        AddText(_node, Name, name);
        AddDigest(digest);
        AddNode(Directories);
    }

    public void AddSymlink(string name, string target)
    {
        AddText(_node, Name, name);
        AddText(_node, NodeTarget, target);
        AddNode(Symlinks);
    }

    public LocalDirectory ToDirectory()
    {
        var message = _message.WrittenSpan.ToArray();
        return new LocalDirectory(new SizedDigest(Digest.Of(message), message.Length), message);
    }

    private void AddDigest(SizedDigest digest)
    {
        _digest.ResetWrittenCount();
        AddText(_digest, Hash, digest.Hash.Hex);
        if (digest.Size > 0)
            AddNumber(_digest, Size, digest.Size);
        AddBytes(_node, NodeDigest, _digest.WrittenSpan);
    }

    private void AddNode(int field)
    {
        AddBytes(_message, field, _node.WrittenSpan);
        _node.ResetWrittenCount();
    }

    private static void AddText(ArrayBufferWriter<byte> writer, int field, string text) =>
        AddBytes(writer, field, Encoding.UTF8.GetBytes(text));

    private static void AddBytes(ArrayBufferWriter<byte> writer, int field, ReadOnlySpan<byte> bytes)
    {
        AddVariable(writer, field << 3 | 2);
        AddVariable(writer, bytes.Length);
        writer.Write(bytes);
    }

    private static void AddNumber(ArrayBufferWriter<byte> writer, int field, long number)
    {
        AddVariable(writer, field << 3);
        AddVariable(writer, number);
    }

    private static void AddVariable(ArrayBufferWriter<byte> writer, long number)
    {
        for (; number > 0x7f; number >>= 7)
            writer.Write([(byte)(number & 0x7f | 0x80)]);
        writer.Write([(byte)number]);
    }
}
