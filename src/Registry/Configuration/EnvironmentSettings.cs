using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Registry.Configuration;

/// <summary>
/// Settings from the environment: <c>BISTRO_LISTEN</c>, <c>BISTRO_SCHEDULER_BUILDERS</c>, … override the file, and
/// mistakes in them are reported with the name of the variable.
/// </summary>
public static class EnvironmentSettings
{
    private static readonly string[] Settings =
    [
        "listen", "path-prefix", "store", "scheduler.builders", "scheduler.network-retries", "build.max-jobs",
        "cache.quota", "cache.high-watermark", "cache.low-watermark", "cache.grace", "cache.upload-expiry", "cache.interval",
        "shutdown-timeout", "waiting.default", "waiting.impatient", "tls.certificate", "tls.key", "auth.htpasswd",
        "auth.token.service", "auth.token.realm", "auth.token.lifetime", "auth.token.key",
        "auth.issuer.issuer", "auth.issuer.audience", "auth.issuer.keys", "auth.issuer.realm", "auth.issuer.groups-claim",
        "limits.connections", "limits.uploads", "limits.requests-per-second", "limits.burst", "limits.headers", "limits.header-bytes",
        "limits.slowest-push", "limits.manifest", "limits.blob", "limits.tags", "limits.repositories", "limits.referrers", "limits.memory",
        "content.sparse", "content.chunk-min-length", "content.delete-tags", "content.delete-manifests", "content.delete-blobs",
    ];

    /// <summary>The variable of a setting: <c>build.max-jobs</c> is <c>BISTRO_BUILD_MAX_JOBS</c>.</summary>
    public static string Variable(string setting) =>
        "BISTRO_" + setting.Replace('.', '_').Replace('-', '_').ToUpperInvariant();

    public static MappingNode Overlay(MappingNode root, Func<string, string?> environment)
    {
        foreach (var setting in Settings)
        {
            var variable = Variable(setting);
            if (environment(variable) is { Length: > 0 } text)
                root = Set(root, setting.Split('.'), new ScalarNode(text, new Provenance(new SourceFile($"${variable}", null), 1, 1)));
        }
        return root;
    }

    private static MappingNode Set(MappingNode mapping, ReadOnlySpan<string> path, ScalarNode value) =>
        path is [var key]
            ? mapping.With(key, value)
            : mapping.With(path[0], Set(mapping[path[0]] as MappingNode ?? MappingNode.Empty, path[1..], value));
}
