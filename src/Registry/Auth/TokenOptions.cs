namespace Bistro.Registry.Auth;

/// <summary>The built-in token endpoint, <c>/token</c>.</summary>
public sealed record TokenOptions
{
    /// <summary>The service that tokens are issued for and must name.</summary>
    public string Service { get; init; } = "bistro";

    /// <summary>The address of the endpoint for clients; null for this server under the name by which the client calls it.</summary>
    public Uri? Realm { get; init; }

    /// <summary>
    /// Absolute path of the private key (PEM, P-256) that tokens are signed with; null for one that lives with the process, which
    /// issues no refresh tokens. Servers with the same key accept each other's tokens.
    /// </summary>
    public string? KeyFile { get; init; }

    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(5);
}
