namespace Bistro.Registry.Auth;

/// <summary>Who may do what, and how callers show who they are.</summary>
public sealed record AuthOptions
{
    /// <summary>What any rule allows is allowed; the rest is not.</summary>
    public required IReadOnlyList<AccessRule> Rules { get; init; }

    /// <summary>Absolute path of an htpasswd file with bcrypt entries; null when there are no passwords.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The built-in token endpoint; null when callers send their password with each request, or tokens of another issuer.</summary>
    public TokenOptions? Tokens { get; init; }

    /// <summary>An issuer elsewhere whose tokens are trusted; null for none.</summary>
    public ExternalIssuerOptions? Issuer { get; init; }
}
