using Bistro.Registry.Endpoints;

namespace Bistro.Registry.Configuration;

/// <summary>The settings that cannot change while a server runs.</summary>
public static class FixedSettings
{
    private static readonly (string Name, Func<BistroConfiguration, object?> Of)[] All =
    [
        ("listen", configuration => configuration.Listen),
        ("store", configuration => configuration.Store),
        // The files may change, but not whether there are any.
        ("tls", configuration => configuration.Registry.Tls is not null),
        OfRegistry("proxies", options => string.Join(' ', options.Proxies.Trusted)),
        OfRegistry("path-prefix", options => options.Proxies.PathPrefix),
        ("scheduler: builders", configuration => configuration.Builders),
        ("scheduler: network-retries", configuration => configuration.NetworkRetries),
        ("cache", configuration => configuration.Cache),
        OfRegistry("limits: connections", options => options.MaxConnections),
        OfRegistry("limits: headers", options => options.MaxHeaders),
        OfRegistry("limits: header-bytes", options => options.MaxHeaderBytes),
        OfRegistry("limits: slowest-push", options => options.SlowestPush),
        OfRegistry("limits: memory", options => options.CacheBytes),
    ];

    /// <summary>The settings that differ, by name.</summary>
    /// <param name="started">The configuration at the start of the server.</param>
    /// <param name="now">The current configuration.</param>
    public static IEnumerable<string> Changed(BistroConfiguration started, BistroConfiguration now) =>
        All.Where(setting => !Equals(setting.Of(started), setting.Of(now))).Select(setting => setting.Name);

    private static (string, Func<BistroConfiguration, object?>) OfRegistry(string name, Func<RegistryOptions, object?> of) =>
        (name, configuration => of(configuration.Registry));
}
