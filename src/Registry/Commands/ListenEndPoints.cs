using System.Net;
using System.Net.Sockets;
using Bistro.Registry.Configuration;
using Microsoft.AspNetCore.Connections;

namespace Bistro.Registry.Commands;

/// <summary>Converts an address to listen on to sockets, and explains why one cannot be used.</summary>
internal static class ListenEndPoints
{
    public static IEnumerable<IPEndPoint> Of(ListenAddress address)
    {
        if (address.Host == ListenAddress.Everywhere)
        {
            yield return new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, address.Port);
            yield break;
        }
        if (address.Host != ListenAddress.Localhost)
        {
            yield return new IPEndPoint(IPAddress.Parse(address.Host), address.Port);
            yield break;
        }
        yield return new IPEndPoint(IPAddress.Loopback, address.Port);
        // With port 0 the system would choose a different port for the second socket.
        if (address.Port != 0 && HasLoopback6())
            yield return new IPEndPoint(IPAddress.IPv6Loopback, address.Port);
    }

    /// <summary>Why the server cannot listen there, and what to do; null for another failure.</summary>
    public static string? Describe(ListenAddress address, Exception failure)
    {
        var (error, cause) = failure switch
        {
            { InnerException: AddressInUseException } or AddressInUseException => (SocketError.AddressAlreadyInUse, failure),
            { InnerException: SocketException inner } => (inner.SocketErrorCode, inner),
            SocketException socket => (socket.SocketErrorCode, socket),
            _ => (SocketError.Success, failure),
        };
        return error switch
        {
            SocketError.Success => null,
            SocketError.AddressAlreadyInUse => $"{address} is in use. Stop the program that listens there, or choose another address with --listen HOST:PORT.",
            SocketError.AddressNotAvailable =>
                $"{address.Host} is not an address of this machine. Choose one that it has, or *:{address.Port} for all of them, with --listen HOST:PORT.",
            SocketError.AccessDenied =>
                $"This user may not listen on port {address.Port}. Choose a port above 1023 with --listen HOST:PORT, or give the process CAP_NET_BIND_SERVICE.",
            _ => $"The server cannot listen on {address}: {cause.Message}",
        };
    }

    // IPv6 may be supported but disabled.
    private static bool HasLoopback6()
    {
        if (!Socket.OSSupportsIPv6)
            return false;
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
