using Bistro.Registry.Caching;
using Bistro.Registry.Names;

namespace Bistro.Registry.Auth;

/// <summary>Authenticates the callers of requests, and makes the challenge for one that needs other credentials.</summary>
public sealed class Authenticator : IDisposable
{
    private const int ClockSkewSeconds = 30;

    // A verified token is remembered until it expires, because clients send it with each request of a pull.
    private const int VerifiedBytes = 4 << 20;

    private readonly AuthOptions? _options;
    private readonly AccessRules _rules;
    private readonly TimeProvider _time;
    private readonly PasswordFile? _passwords;
    private readonly TokenIssuer? _issuer;
    private readonly KeySet? _external;
    private readonly Caller _anonymous;
    private readonly CoherentCache<string, (JsonWebToken Token, Caller Caller)> _verified = new(VerifiedBytes);

    /// <param name="options">Null for a server that does not authenticate callers.</param>
    /// <param name="rules">What identities may do.</param>
    /// <param name="http">For the keys of an external issuer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where files that are away are reported.</param>
    /// <param name="known">What has issued tokens under the same options before; null for a new one.</param>
    public Authenticator(AuthOptions? options, AccessRules rules, HttpClient? http, TimeProvider time, ILogger log, TokenIssuer? known = null)
    {
        (_options, _rules, _time) = (options, rules, time);
        _anonymous = new RuledCaller(Identity.Anonymous, rules);
        _passwords = options?.PasswordFile is { } path ? new PasswordFile(path, time, log) : null;
        _issuer = known ?? (options?.Tokens is { } tokens ? new TokenIssuer(tokens, time) : null);
        _external = options?.Issuer is { } issuer
            ? new KeySet(issuer.KeySet, http ?? throw new ArgumentNullException(nameof(http)), time, log)
            : null;
    }

    /// <summary>Whether callers can authenticate. An anonymous caller is then challenged before it is refused.</summary>
    public bool AsksForCredentials => _options is { PasswordFile: not null } or { Tokens: not null } or { Issuer: not null };

    /// <summary>What issued the tokens that are to stay valid under other options; null where tokens come from a key file, or not at all.</summary>
    public TokenIssuer? IssuerFor(AuthOptions? options) =>
        options?.Tokens is { KeyFile: null } tokens && tokens == _options?.Tokens ? _issuer : null;

    /// <summary>The caller, or null when the credentials are wrong.</summary>
    public async ValueTask<Caller?> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (_options is null)
            return _anonymous;
        return Credentials.Parse(request.Headers.Authorization) switch
        {
            Credentials.None => _anonymous,
            Credentials.Password password => await CheckAsync(password, cancellationToken) is { } identity ? new RuledCaller(identity, _rules) : null,
            Credentials.Token token => await CheckAsync(token, cancellationToken),
            _ => null,
        };
    }

    /// <summary>The identity that the request's <c>Authorization</c> header proves, for the token endpoint; null when the credentials are wrong.</summary>
    public async ValueTask<Identity?> IdentifyAsync(HttpRequest request, CancellationToken cancellationToken) =>
        Credentials.Parse(request.Headers.Authorization) switch
        {
            Credentials.None => Identity.Anonymous,
            Credentials.Password password => await CheckAsync(password, cancellationToken),
            _ => null,
        };

    /// <summary>The user, or null when the name or the password is wrong.</summary>
    public async ValueTask<Identity?> CheckAsync(Credentials.Password password, CancellationToken cancellationToken) =>
        _passwords is not null && await _passwords.CheckAsync(password.User, password.Secret, cancellationToken)
            ? new Identity(password.User, [])
            : null;

    /// <summary>The user that a refresh token was issued to; null when it is none of this server's, or when the user's password has changed since.</summary>
    public Identity? CheckRefreshToken(string text) =>
        JsonWebToken.Parse(text) is { } token && _issuer!.VerifiesRefresh(token) && token.Text("sub") is { Length: > 0 } name
        && _passwords!.VersionOf(name) is { } version && version == token.Text(TokenIssuer.PasswordVersion)
            ? new Identity(name, [])
            : null;

    /// <summary>A token for as much of what was asked as the identity may have.</summary>
    public string Issue(Identity identity, IEnumerable<AccessClaim> asked) =>
        _issuer!.Issue(identity, [.. asked.Select(claim => Grant(identity, claim)).OfType<AccessClaim>()]);

    /// <summary>
    /// A token that gets the user new access tokens until the password changes. Null for anonymous callers, and when the signing key
    /// lives with the process: clients keep refresh tokens in place of the password, and would be locked out by a restart.
    /// </summary>
    public string? IssueRefresh(Identity identity) =>
        _options!.Tokens!.KeyFile is not null && identity.Name is { } name && _passwords!.VersionOf(name) is { } version
            ? _issuer!.IssueRefresh(name, version)
            : null;

    /// <summary>The <c>WWW-Authenticate</c> header for a caller that lacks a permission.</summary>
    /// <param name="scope">What the caller needs, <c>repository:NAME:pull</c>; null when any credentials are enough.</param>
    public string Challenge(HttpRequest request, string? scope)
    {
        var (realm, service) = _options switch
        {
            { Tokens: { } own } => (own.Realm?.ToString() ?? $"{request.Scheme}://{request.Host}{request.PathBase}/token", own.Service),
            { Issuer: { Realm: { } address } issuer } => (address.ToString(), issuer.Audience),
            _ => ("", ""),
        };
        if (realm.Length == 0)
            return _passwords is null ? "Bearer" : "Basic realm=\"bistro\", charset=\"UTF-8\"";
        return $"Bearer realm=\"{realm}\",service=\"{service}\"" + (scope is null ? "" : $",scope=\"{scope}\"");
    }

    public void Dispose()
    {
        _passwords?.Dispose();
        _issuer?.Dispose();
        _external?.Dispose();
    }

    private async ValueTask<Caller?> CheckAsync(Credentials.Token credentials, CancellationToken cancellationToken)
    {
        if (_verified.TryGet(credentials.Text, out var known) && IsCurrent(known.Token))
            return known.Caller;
        if (JsonWebToken.Parse(credentials.Text) is not { } token || !IsCurrent(token) || await VerifyAsync(token, cancellationToken) is not { } caller)
            return null;
        _verified.Add(credentials.Text, (token, caller), 4 * credentials.Text.Length, _verified.Version);
        return caller;
    }

    private async ValueTask<Caller?> VerifyAsync(JsonWebToken token, CancellationToken cancellationToken)
    {
        if (_issuer is not null && IsFor(token, TokenIssuer.Name, _options!.Tokens!.Service))
            return _issuer.Verifies(token) ? Bearer(token, []) : null;
        if (_options!.Issuer is { } issuer && IsFor(token, issuer.Issuer, issuer.Audience))
            return await _external!.VerifiesAsync(token, cancellationToken) ? Bearer(token, token.Texts(issuer.GroupsClaim)) : null;
        return null;
    }

    private bool IsCurrent(JsonWebToken token)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        return token.Seconds("exp") is { } end && now < end + ClockSkewSeconds && (token.Seconds("nbf") ?? 0) <= now + ClockSkewSeconds;
    }

    private static bool IsFor(JsonWebToken token, string issuer, string audience) =>
        token.Text("iss") == issuer && token.Texts("aud").Contains(audience, StringComparer.Ordinal);

    // A token without an access claim says only who its bearer is; the rules say what the bearer may do.
    private Caller Bearer(JsonWebToken token, IReadOnlyList<string> groups)
    {
        var identity = new Identity(token.Text("sub") is { Length: > 0 } name ? name : null, groups);
        if (AccessClaim.Read(token.Claims) is not { } access)
            return new RuledCaller(identity, _rules);
        var repositories = access.Where(claim => claim.Type == AccessClaim.Repository)
            .GroupBy(claim => claim.Name, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.Aggregate(RepositoryActions.None, (all, claim) => all | claim.ToActions()), StringComparer.Ordinal);
        return new TokenCaller(identity, repositories, access.Any(claim => claim is { Type: AccessClaim.Registry, Name: AccessClaim.Catalogue }), _rules);
    }

    private AccessClaim? Grant(Identity identity, AccessClaim asked)
    {
        if (asked.Type != AccessClaim.Repository)
            return asked is { Type: AccessClaim.Registry, Name: AccessClaim.Catalogue } ? asked : null;
        if (!RepositoryName.TryParse(asked.Name, out var repository))
            return null;
        var allowed = _rules.Allowed(identity, repository);
        var actions = asked.ToActions();
        // Clients do not know the action "build": a token for pulling includes it where the rules allow it.
        if (actions.HasFlag(RepositoryActions.Pull))
            actions |= RepositoryActions.Build;
        return AccessClaim.ForRepository(asked.Name, actions & allowed);
    }
}
