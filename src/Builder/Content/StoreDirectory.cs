using Bistro.Builder.Errors;
using Bistro.Builder.Files;

namespace Bistro.Builder.Content;

/// <summary>The folder of a store, which only its owner may enter: in it are pushed images, sources and logs.</summary>
internal static class StoreDirectory
{
    private const uint Private = 0x1C0; // 0700
    private const uint OfOthers = 0x3F; // 0077
    private const uint Permissions = 0xFFF;

    private const int NotPermitted = 1;
    private const int AccessDenied = 13;

    /// <summary>Creates the folder, or takes the permissions of others from one that is there.</summary>
    /// <exception cref="UsageException">It belongs to another user.</exception>
    public static void Secure(string root)
    {
        try
        {
            if (Path.GetDirectoryName(root) is { } parent)
                Directory.CreateDirectory(parent);
            if (Posix.TryMakeDirectory(root, Private))
                return;
            // The folder may be a symbolic link's target.
            using var directory = Posix.OpenDirectory(root);
            var mode = Posix.Stat(directory).Mode & Permissions;
            if ((mode & OfOthers) != 0)
                Posix.SetMode(directory, mode & ~OfOthers, root);
        }
        catch (Exception failure) when (IsRefusal(failure))
        {
            throw Refusal(root, failure);
        }
    }

    /// <summary>Whether a file is in the folder.</summary>
    /// <exception cref="UsageException">The folder belongs to another user.</exception>
    public static bool Has(string root, string file)
    {
        try
        {
            return Posix.TryStat(file, out _);
        }
        catch (IOException failure) when (IsRefusal(failure))
        {
            throw Refusal(root, failure);
        }
    }

    private static bool IsRefusal(Exception failure) => failure is UnauthorizedAccessException or IOException { HResult: NotPermitted or AccessDenied };

    private static UsageException Refusal(string root, Exception failure) => new(
        $"The store {root} belongs to {OwnerOf(root)}, and only its owner can use it. Run bistro as its owner, or choose another store with --store DIR.", failure);

    private static string OwnerOf(string root)
    {
        try
        {
            return Posix.TryStat(root, out var status) ? $"the user with the id {status.UserId}" : "another user";
        }
        catch (IOException)
        {
            return "another user";
        }
    }
}
