using System.Security.Cryptography;
using Bistro.Builder.Files;

namespace Bistro.Registry.Auth;

/// <summary>The key that all servers of a store sign tokens with when the configuration names none, so that each accepts the tokens of the others.</summary>
public static class StoredTokenKey
{
    /// <summary>Creates the key's file if it is absent.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file, or null when a full disk has no room for it: the server makes a key for itself then.</returns>
    public static string? Ensure(string path)
    {
        if (File.Exists(path))
            return path;
        var draft = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            Write(draft);
            File.Move(draft, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another server was faster.
        }
        catch (IOException failure) when (DiskFullException.Means(failure))
        {
            return null;
        }
        finally
        {
            File.Delete(draft);
        }

        return path;
    }

    private static void Write(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.Write(System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        file.Flush(flushToDisk: true);
    }
}
