using Bistro.Model.Yaml;
using Bistro.Registry.Auth;
using Bistro.Registry.Endpoints;

namespace Bistro.Registry.Configuration;

/// <summary>Reads <c>limits:</c>, except for the sizes of content, which <see cref="ContentSection"/> reads.</summary>
internal static class LimitsSection
{
    // The usual headers of clients need this much.
    private const int LeastHeaders = 20;
    private const int LeastHeaderBytes = 4 << 10;

    public static RegistryOptions Read(MappingNode root, ConfigurationScope scope, RegistryOptions defaults)
    {
        var limits = scope.Section(
            root, "limits", "connections", "uploads", "requests-per-second", "burst", "headers", "header-bytes", "slowest-push", "manifest", "blob",
            "tags", "repositories", "referrers", "memory");
        return defaults with
        {
            MaxConnections = scope.Check(() => limits.Positive("connections", defaults.MaxConnections), 1),
            MaxUploads = scope.Check(() => limits.Positive("uploads", defaults.MaxUploads), 1),
            MaxHeaders = scope.Check(() => limits.AtLeast("headers", LeastHeaders, defaults.MaxHeaders), 1),
            MaxHeaderBytes = scope.Check(() => limits.Bytes("header-bytes", defaults.MaxHeaderBytes, LeastHeaderBytes), 1),
            SlowestPush = scope.Check(() => limits.Positive("slowest-push", defaults.SlowestPush), 1),
            CacheBytes = scope.Check(() => limits.Bytes("memory", (int)defaults.CacheBytes, 1 << 20), 1),
            Rate = scope.Check(() => Rate(limits), null),
            Pages = new PageLimits
            {
                Tags = scope.Check(() => limits.Positive("tags", defaults.Pages.Tags), 1),
                Repositories = scope.Check(() => limits.Positive("repositories", defaults.Pages.Repositories), 1),
                Referrers = scope.Check(() => limits.Positive("referrers", defaults.Pages.Referrers), 1),
            },
        };
    }

    private static RequestRateOptions? Rate(MappingNode limits)
    {
        if (!limits.Contains("requests-per-second"))
        {
            return limits["burst"] is { } burst
                ? throw burst.Wrong("'burst' requires 'requests-per-second'")
                : null;
        }

        var perSecond = limits.Positive("requests-per-second", 1);
        return new RequestRateOptions(perSecond, limits.Positive("burst", perSecond));
    }
}
