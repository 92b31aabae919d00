using System.Collections.Immutable;
using System.Net;
using Bistro.Model.Yaml;
using Bistro.Registry.Http;

namespace Bistro.Registry.Configuration;

/// <summary>Reads <c>proxies</c> and <c>path-prefix</c>: the proxies between the clients and the server.</summary>
internal static class ProxySection
{
    public static ProxyOptions Read(MappingNode root, ConfigurationScope scope)
    {
        var proxies = scope.Check(() => root.OptionalSequence("proxies")?.Scalars() ?? [], ImmutableArray<ScalarNode>.Empty);
        return new ProxyOptions
        {
            Trusted = [.. proxies.Select(proxy => scope.Check<IPNetwork?>(() => Network(proxy), null)).OfType<IPNetwork>()],
            PathPrefix = scope.Check(() => root.Scalar("path-prefix") is { } prefix ? Prefix(prefix) : "", ""),
        };
    }

    // NETWORK/BITS, or one address.
    private static IPNetwork Network(ScalarNode node)
    {
        if (IPAddress.TryParse(node.Value, out var address))
        {
            address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        }

        return IPNetwork.TryParse(node.Value, out var network)
            ? network
            : throw node.Wrong($"'{node.Value}' is not the address or network of a proxy: write 10.0.0.1, 10.0.0.0/8 or fd00::/8, with no bits set behind the prefix");
    }

    private static string Prefix(ScalarNode node)
    {
        var prefix = node.Value.TrimEnd('/');
        var isPath = prefix.Length == 0 || (prefix[0] == '/' && prefix[1..].Split('/').All(IsSegment));
        return isPath ? prefix : throw node.Wrong($"'{node.Value}' is not a path: write /registry, with letters, digits and '.', '_', '~', '-' between the slashes");
    }

    private static bool IsSegment(string segment) =>
        segment is not ("" or "." or "..") && segment.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '~' or '-');
}
