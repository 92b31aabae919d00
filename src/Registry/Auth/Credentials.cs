using System.Text;
using Microsoft.Extensions.Primitives;

namespace Bistro.Registry.Auth;

/// <summary>The credentials in an <c>Authorization</c> header (RFC 7617, RFC 6750).</summary>
public abstract record Credentials
{
    private Credentials()
    {
    }

    /// <summary>Null if the header is malformed or uses another scheme.</summary>
    public static Credentials? Parse(StringValues header)
    {
        if (StringValues.IsNullOrEmpty(header))
            return new None();
        if (header is not [{ } text])
            return null;
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
            return null;
        var (scheme, value) = (text[..space], text[(space + 1)..].Trim());
        if (scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return new Token(value);
        return scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) ? ParseBasic(value) : null;
    }

    private static Credentials? ParseBasic(string value)
    {
        var bytes = new byte[value.Length];
        if (!Convert.TryFromBase64String(value, bytes, out var length))
            return null;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return null;
        // Clients without a password answer a Basic challenge with an empty user and password.
        return text.Length == 1 ? new None() : new Password(text[..colon], text[(colon + 1)..]);
    }

    /// <summary>No credentials: an anonymous caller.</summary>
    public sealed record None : Credentials;

    public sealed record Password(string User, string Secret) : Credentials
    {
        /// <summary>Omits the secret, so that it reaches no log.</summary>
        public override string ToString() => $"password of {User}";
    }

    public sealed record Token(string Text) : Credentials
    {
        /// <summary>Omits the token, so that it reaches no log.</summary>
        public override string ToString() => "token";
    }
}
