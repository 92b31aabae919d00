using System.Globalization;
using System.Net;

namespace Bistro.Registry.Configuration;

/// <summary>Where the server listens: <c>HOST:PORT</c>, with <c>localhost</c> for both loopback addresses and <c>*</c> for all.</summary>
public sealed record ListenAddress(string Host, int Port)
{
    public static ListenAddress Default { get; } = new("localhost", 5000);

    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Reads <c>HOST:PORT</c>, <c>[::1]:PORT</c> or <c>:PORT</c> (all addresses). Port 0 lets the system choose.</summary>
    public static ListenAddress? TryParse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return null;
        var host = text[..colon].Trim('[', ']');
        if (host is "" or "*")
            return new ListenAddress("*", port);
        return host == "localhost" || IPAddress.TryParse(host, out _) ? new ListenAddress(host, port) : null;
    }

    /// <summary>As it stands in an image's name.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
