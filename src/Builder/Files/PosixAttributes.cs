using System.Runtime.InteropServices;
using System.Text;

namespace Bistro.Builder.Files;

// Extended attributes.
internal static partial class Posix
{
    private const int MaxAttributes = 1 << 16;
    private const string UserNamespace = "user.";

    // Fuse-overlayfs and unprivileged overlays keep their own data there.
    private const string OverlayNamespace = "user.overlay.";

    /// <summary>The extended attributes of a file in the namespace of users whose values are text; none where the file system has none.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> UserAttributes(string path)
    {
        var length = llistxattr(path, null, 0);
        if (length is <= 0 or > MaxAttributes)
            return [];
        var names = new byte[length];
        length = llistxattr(path, names, names.Length);
        if (length <= 0)
            return [];
        var attributes = new List<KeyValuePair<string, string>>();
        foreach (var name in Encoding.UTF8.GetString(names, 0, (int)length).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name.StartsWith(UserNamespace, StringComparison.Ordinal) && !name.StartsWith(OverlayNamespace, StringComparison.Ordinal)
                && ReadText(path, name) is { } value)
                attributes.Add(KeyValuePair.Create(name, value));
        }
        return attributes;
    }

    private static string? ReadText(string path, string name)
    {
        var length = lgetxattr(path, name, null, 0);
        if (length is < 0 or > MaxAttributes)
            return null;
        var value = new byte[length];
        length = lgetxattr(path, name, value, value.Length);
        return length >= 0 && Encoding.UTF8.GetString(value, 0, (int)length) is var text && !text.Contains('\uFFFD', StringComparison.Ordinal) ? text : null;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint llistxattr(string path, byte[]? list, nint size);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint lgetxattr(string path, string name, byte[]? value, nint size);
}
