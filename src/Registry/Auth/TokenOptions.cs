namespace Bistro.Registry.Auth;

/// <summary>The built-in token endpoint, <c>/token</c>.</summary>
public sealed record TokenOptions
{
    /// <summary>The name that tokens are made for and must bear.</summary>
    public string Service { get; init; } = "bistro";

    /// <summary>Where clients find the endpoint; null for this server under the name by which the client calls it.</summary>
    public Uri? Realm { get; init; }

    /// <summary>
    /// Absolute path of the private key (PEM, P-256) that tokens are signed with; null for one that lives with the process.
    /// Servers that share one take each other's tokens.
    /// </summary>
    public string? KeyFile { get; init; }

    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(5);
}
