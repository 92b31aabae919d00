using System.Globalization;
using System.Text;
using Bistro.Builder.Files;

namespace Bistro.Builder.Trees;

/// <summary>
/// Notes what a capture drops: permission bits of group and others, set-user-ID, set-group-ID and sticky bits, and extended
/// attributes of users. Describes it together with the declarations that give it to images. Owners and file capabilities are not
/// noted: the user of a sandbox cannot set them.
/// </summary>
/// <param name="root">The directory that is captured.</param>
public sealed class LostAttributes(string root)
{
    private const int MostShown = 20;
    private const int Kept = 0xE3F; // 07077: trees imply the owner's bits.
    private const int Special = 0xE00; // 07000
    private const int ReadAndExecute = 0x2D; // 0055

    private readonly SortedDictionary<(int Rank, string Path), string> _shown = [];
    private int _count;

    public bool IsEmpty => _count == 0;

    internal void Note(string path, in FileStatus status)
    {
        var mode = status.Mode & 0xFFF;
        var kept = status.IsDirectory || status.IsExecutable ? 0x1ED /* 0755 */ : 0x1A4 /* 0644 */;
        var differs = (mode & Kept) != (kept & Kept);
        var xattrs = Posix.UserAttributes(path);
        if (!differs && xattrs.Count == 0)
            return;
        _count++;
        var isOpened = differs && (kept & ~mode & ReadAndExecute) != 0;
        var rank = isOpened ? 0 : (mode & Special) != 0 ? 1 : 2;
        var line = new StringBuilder($"- {{path: {Quote(Escape(path[root.Length..]))}");
        if (differs)
            line.Append(CultureInfo.InvariantCulture, $", mode: \"{Octal(mode)}\"");
        if (xattrs.Count > 0)
            line.Append(CultureInfo.InvariantCulture, $", xattrs: {{{string.Join(", ", xattrs.Select(xattr => $"{Quote(xattr.Key)}: {Quote(xattr.Value)}"))}}}");
        line.Append('}');
        if (differs)
            line.Append(CultureInfo.InvariantCulture, $"  # becomes {Octal(kept)}{(isOpened ? $": every user can {(status.IsDirectory ? "list" : "read")} it" : "")}");
        _shown.Add((rank, path), line.ToString());
        if (_shown.Count > MostShown)
            _shown.Remove(_shown.Keys.Last());
    }

    /// <summary>A warning for the log, with the YAML to declare what was dropped.</summary>
    public string Describe()
    {
        var text = new StringBuilder("warning: Artifacts do not keep these modes and attributes. Declare those that images need in the element's public data:\n");
        text.Append("  public:\n    bistro:\n      files:\n");
        foreach (var line in _shown.Values)
            text.Append("      ").Append(line).Append('\n');
        if (_count > _shown.Count)
            text.Append(CultureInfo.InvariantCulture, $"  ({_count - _shown.Count} more)\n");
        return text.ToString();
    }

    private static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    // In a declaration, these characters begin patterns.
    private static string Escape(string path) => string.Concat(path.Select(letter => letter is '[' or '*' or '?' ? $"[{letter}]" : letter.ToString()));

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            if (letter is '"' or '\\')
                quoted.Append('\\').Append(letter);
            else if (char.IsControl(letter))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
            else
                quoted.Append(letter);
        }
        return quoted.Append('"').ToString();
    }
}
