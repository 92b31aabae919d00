using System.Globalization;
using Bistro.Registry.Errors;

namespace Bistro.Registry.OnDemand;

/// <summary>How long a client waits, and which responses it understands, from its <c>User-Agent</c>.</summary>
/// <param name="Hold">The longest time that the client waits.</param>
/// <param name="RetryLater">The refusal that makes this client retry.</param>
/// <param name="BuildFailed">The refusal whose message this client shows and which it does not retry.</param>
public sealed record ClientTraits(TimeSpan Hold, Refusal RetryLater, Refusal BuildFailed)
{
    // For a 404 they show only "not found", not the body.
    private static readonly string[] IgnoringBodiesOf404 = ["containerd/", "oras/", "oras-go"];

    /// <summary>containerd 2.3 and Docker's image store, which came with 29, give up after 30 seconds without headers.</summary>
    private static readonly (string Product, Version Since)[] ShortWaiting = [("containerd/", new Version(2, 3)), ("docker/", new Version(29, 0))];

    public static ClientTraits Of(string? userAgent, OnDemandOptions options)
    {
        userAgent ??= "";
        var isShortWaiting = Array.Exists(ShortWaiting, client => IsAtLeast(userAgent, client.Product, client.Since));
        // go-containerregistry does not retry a 429, but it retries a 503.
        var retryLater = userAgent.Contains("go-containerregistry", StringComparison.OrdinalIgnoreCase)
            ? Refusal.BuildRunningForUnavailableRetrier
            : Refusal.BuildRunning;
        var buildFailed = Array.Exists(IgnoringBodiesOf404, client => userAgent.Contains(client, StringComparison.OrdinalIgnoreCase))
            ? Refusal.BuildFailedAsDenied
            : Refusal.BuildFailed;
        return new ClientTraits(isShortWaiting ? options.ShortHold : options.Hold, retryLater, buildFailed);
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
