namespace Bistro.Registry.Configuration;

/// <summary>Finds the store: <c>--store</c>, then <c>BISTRO_STORE</c> or the configuration's <c>store</c>, then the user's default.</summary>
public static class StoreLocation
{
    public static string Find(string? given, BistroConfiguration configuration, Func<string, string?> environment)
    {
        if (given is not null)
            return Path.GetFullPath(given);
        if (configuration.Store is { } configured)
            return configured;
        if (environment("XDG_DATA_HOME") is { Length: > 0 } data)
            return Path.Combine(data, "bistro");
        return Environment.UserName == "root"
            ? "/var/lib/bistro"
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share", "bistro");
    }
}
