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

/// <summary>The built-in token endpoint, <c>/token</c>.</summary>
public sealed record TokenOptions
{
    /// <summary>The name that tokens are made for and must bear.</summary>
    public string Service { get; init; } = "bistro";

    /// <summary>Where clients find the endpoint; null for this server under the name by which the client calls it.</summary>
    public Uri? Realm { get; init; }

    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>An OpenID Connect or Docker token issuer elsewhere.</summary>
public sealed record ExternalIssuerOptions
{
    /// <summary>What <c>iss</c> of its tokens must be.</summary>
    public required string Issuer { get; init; }

    /// <summary>What <c>aud</c> must hold; also the service that clients are told.</summary>
    public required string Audience { get; init; }

    /// <summary>Where its public keys are.</summary>
    public required Uri KeySet { get; init; }

    /// <summary>Where clients get a token; null when they come with one.</summary>
    public Uri? Realm { get; init; }

    /// <summary>The claim that lists the groups which rules may name.</summary>
    public string GroupsClaim { get; init; } = "groups";
}
