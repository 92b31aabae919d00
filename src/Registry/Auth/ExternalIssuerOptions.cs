namespace Bistro.Registry.Auth;

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
