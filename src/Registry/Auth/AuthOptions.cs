namespace Bistro.Registry.Auth;

/// <summary>How callers authenticate, and what they may do.</summary>
public sealed record AuthOptions
{
    /// <summary>An action is allowed if any rule allows it.</summary>
    public required IReadOnlyList<AccessRule> Rules { get; init; }

    /// <summary>Absolute path of an htpasswd file with bcrypt entries; null when there are no passwords.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The built-in token endpoint; null if callers send their password with each request, or tokens of another issuer.</summary>
    public TokenOptions? Tokens { get; init; }

    /// <summary>An external issuer whose tokens are trusted; null for none.</summary>
    public ExternalIssuerOptions? Issuer { get; init; }
}
