using System.Globalization;
using System.Net;

namespace Bistro.Registry.Configuration;

/// <summary>Where the server listens: <c>HOST:PORT</c>, with <c>localhost</c> for both loopback addresses and <c>*</c> for all.</summary>
public sealed record ListenAddress(string Host, int Port)
{
    public const string Localhost = "localhost";
    public const string Everywhere = "*";

    public static ListenAddress Default { get; } = new(Localhost, 5000);

    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLoopback => Host == Localhost || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>An address by which a client on this machine reaches the server.</summary>
    public ListenAddress ForLocalClients =>
        Host == Everywhere || (IPAddress.TryParse(Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
            ? this with { Host = Localhost }
            : this;

    /// <summary>Reads <c>HOST:PORT</c>, <c>[::1]:PORT</c> or <c>:PORT</c> (all addresses). With port 0, the system chooses a free port.</summary>
    public static ListenAddress? TryParse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return null;
        var host = text[..colon];
        if (host is "" or Everywhere)
            return new ListenAddress(Everywhere, port);
        if (host is ['[', .. var inner, ']'])
            host = inner.Contains(':', StringComparison.Ordinal) ? inner : "";
        return host == Localhost || IPAddress.TryParse(host, out _) ? new ListenAddress(host, port) : null;
    }

    /// <summary>Explains why a text is not an address, and what to write instead.</summary>
    public static string Mistake(string text) =>
        $"'{text}' is not an address to listen on. Write HOST:PORT, where HOST is localhost, an IP address of this machine, or * for all of them.";

    /// <summary>The form used in image names.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
