using System.Security.Cryptography;
using Bistro.Model.Yaml;
using Bistro.Registry.Auth;

namespace Bistro.Registry.Configuration;

/// <summary>Reads <c>auth:</c>: how callers authenticate, and what they may do.</summary>
internal static class AuthSection
{
    /// <returns>Null when there is no such section: the server does not authenticate callers.</returns>
    public static AuthOptions? Read(MappingNode root, ConfigurationScope scope)
    {
        if (!root.Contains("auth"))
            return null;
        var auth = scope.Section(root, "auth", "htpasswd", "token", "issuer", "access");
        return new AuthOptions
        {
            PasswordFile = scope.Check(() => PasswordFile(auth, scope), null),
            Tokens = scope.Check(() => Tokens(auth, scope), null),
            Issuer = scope.Check(() => Issuer(auth, scope), null),
            Rules = AccessSection.Read(auth, scope),
        };
    }

    private static string? PasswordFile(MappingNode auth, ConfigurationScope scope)
    {
        if (auth.Scalar("htpasswd") is not { } node)
            return null;
        var path = scope.FullPath(node.Value);
        if (!scope.IsServing)
            return path;
        try
        {
            PasswordList.Parse(Path.GetRelativePath(Environment.CurrentDirectory, path), File.ReadAllBytes(path));
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The message does not repeat the value: it may be a password that was written in place of the file's name.
            throw node.Wrong("'htpasswd' must name a file of users and bcrypt hashes, but the file does not exist or cannot be read");
        }
    }

    private static TokenOptions? Tokens(MappingNode auth, ConfigurationScope scope)
    {
        if (auth["token"] is not { } node)
            return null;
        if (!auth.Contains("htpasswd"))
            throw node.Wrong("'token' requires 'htpasswd', because the token endpoint checks passwords");
        var token = scope.Section(auth, "token", "service", "realm", "lifetime", "key");
        var defaults = new TokenOptions();
        return new TokenOptions
        {
            Service = scope.Check(() => Quotable(token, "service") ?? defaults.Service, ""),
            Realm = scope.Check(() => token.OptionalUrl("realm"), null),
            Lifetime = scope.Check(() => token.Seconds("lifetime", defaults.Lifetime), default),
            KeyFile = scope.Check(() => TokenKey(token, scope), null),
        };
    }

    private static string? TokenKey(MappingNode token, ConfigurationScope scope)
    {
        if (token.Scalar("key") is not { } node)
            return null;
        var path = scope.FullPath(node.Value);
        if (!scope.IsServing)
            return path;
        try
        {
            TokenIssuer.ReadKey(path).Dispose();
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            // The message does not repeat the value: it may be the key itself.
            throw node.Wrong("'key' must name a file with a private key in PEM for ES256 (P-256), but the file does not exist, cannot be read or contains something else");
        }
    }

    private static ExternalIssuerOptions? Issuer(MappingNode auth, ConfigurationScope scope)
    {
        if (!auth.Contains("issuer"))
            return null;
        var issuer = scope.Section(auth, "issuer", "issuer", "audience", "keys", "realm", "groups-claim");
        return new ExternalIssuerOptions
        {
            Issuer = scope.Check(() => issuer.Text("issuer"), ""),
            Audience = scope.Check(() => Quotable(issuer, "audience") ?? issuer.Text("audience"), ""),
            KeySet = scope.Check(() => issuer.OptionalUrl("keys") ?? throw issuer.Wrong("'issuer' requires 'keys': the address of its public keys (JWKS)"), null!),
            Realm = scope.Check(() => issuer.OptionalUrl("realm"), null),
            GroupsClaim = scope.Check(() => issuer.OptionalText("groups-claim"), null) ?? "groups",
        };
    }

    // The value is written between quotes in a header.
    private static string? Quotable(MappingNode section, string key) =>
        section.Scalar(key) is not { } scalar ? null
        : scalar.Value.Length > 0 && scalar.Value.All(letter => letter is > ' ' and < '\x7f' and not ('"' or '\\' or ',')) ? scalar.Value
        : throw scalar.Wrong($"'{key}' must be one ASCII word without blanks, commas or quotes");
}
