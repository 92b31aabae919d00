using System.Globalization;
using Bistro.Registry.Errors;

namespace Bistro.Registry.OnDemand;

/// <summary>How long a client waits, and which answers it understands. Both follow from its <c>User-Agent</c>.</summary>
/// <param name="Hold">How long the client can be kept waiting.</param>
/// <param name="ComeAgain">The refusal that makes this client ask again.</param>
/// <param name="BuildFailed">The refusal of which this client shows the text, and which it does not repeat.</param>
public sealed record ClientPatience(TimeSpan Hold, Refusal ComeAgain, Refusal BuildFailed)
{
    // Of a 404 they show "not found" alone, whatever its body says.
    private static readonly string[] DeafTo404 = ["containerd/", "oras/", "oras-go"];

    /// <summary>containerd 2.3 and Docker's image store, which came with 29, give up after 30 seconds without headers.</summary>
    private static readonly (string Product, Version Since)[] Hasty = [("containerd/", new Version(2, 3)), ("docker/", new Version(29, 0))];

    public static ClientPatience Of(string? userAgent, OnDemandOptions options)
    {
        userAgent ??= "";
        var hasty = Array.Exists(Hasty, client => IsAtLeast(userAgent, client.Product, client.Since));
        // go-containerregistry fails at once at a 429, but asks again after a 503.
        var comeAgain = userAgent.Contains("go-containerregistry", StringComparison.OrdinalIgnoreCase)
            ? Refusal.BuildRunningForUnavailableRetrier
            : Refusal.BuildRunning;
        var buildFailed = Array.Exists(DeafTo404, client => userAgent.Contains(client, StringComparison.OrdinalIgnoreCase))
            ? Refusal.BuildFailedAsDenied
            : Refusal.BuildFailed;
        return new ClientPatience(hasty ? options.HastyHold : options.Hold, comeAgain, buildFailed);
    }

    private static bool IsAtLeast(string userAgent, string product, Version since)
    {
        var at = userAgent.IndexOf(product, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return false;
        var version = userAgent.AsSpan(at + product.Length).TrimStart('v');
        var majorEnd = version.IndexOfAnyExceptInRange('0', '9');
        if (!TryRead(majorEnd < 0 ? version : version[..majorEnd], out var major))
            return false;
        var minor = 0;
        if (majorEnd > 0 && version[majorEnd] == '.')
        {
            var rest = version[(majorEnd + 1)..];
            var minorEnd = rest.IndexOfAnyExceptInRange('0', '9');
            TryRead(minorEnd < 0 ? rest : rest[..minorEnd], out minor);
        }

        return new Version(major, minor) >= since;
    }

    private static bool TryRead(ReadOnlySpan<char> digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
