namespace Bistro.Registry.Auth;

/// <summary>An external OpenID Connect or Docker token issuer.</summary>
public sealed record ExternalIssuerOptions
{
    /// <summary>The required value of <c>iss</c> in its tokens.</summary>
    public required string Issuer { get; init; }

    /// <summary>A required value of <c>aud</c>; also the service in challenges.</summary>
    public required string Audience { get; init; }

    /// <summary>The address of its public keys (JWKS).</summary>
    public required Uri KeySet { get; init; }

    /// <summary>Where clients get a token; null if they must bring one.</summary>
    public Uri? Realm { get; init; }

    /// <summary>The claim that lists the user's groups, which rules may name.</summary>
    public string GroupsClaim { get; init; } = "groups";
}
