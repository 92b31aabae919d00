using Bistro.Model.Errors;
using Bistro.Model.Yaml;
using Bistro.Registry.OnDemand;

namespace Bistro.Registry.Configuration;

/// <summary>
/// Reads <c>bistro.yaml</c> with Model's reader: mistakes are reported with file, line and column, and independent
/// mistakes together. Environment variables <c>BISTRO_…</c> override the file (<see cref="EnvironmentSettings"/>).
/// </summary>
public sealed class ConfigurationReader(Func<string, string?> environment)
{
    /// <param name="path">Absolute; null reads the environment alone.</param>
    /// <param name="isServing">Whether the server is to start: then the files that it needs are tried, too.</param>
    /// <exception cref="LoadException">The file is missing or wrong.</exception>
    public BistroConfiguration Read(string? path, bool isServing)
    {
        var written = path is null ? MappingNode.Empty : YamlReader.ReadFile(new SourceFile(Path.GetRelativePath(Environment.CurrentDirectory, path), path));
        var root = EnvironmentSettings.Overlay(written, environment);
        var scope = new ConfigurationScope(path is null ? Environment.CurrentDirectory : Path.GetDirectoryName(path)!, isServing);
        var configuration = Read(root, scope) with { File = path };
        scope.ThrowIfAny();
        return configuration;
    }

    private static BistroConfiguration Read(MappingNode root, ConfigurationScope scope)
    {
        scope.ExpectKeys(root, "listen", "tls", "proxies", "path-prefix", "store", "projects", "source-defaults", "scheduler", "logging", "build", "cache", "waiting", "shutdown-timeout", "auth", "limits", "content");
        var scheduler = scope.Section(root, "scheduler", "builders", "fetchers", "network-retries");
        var logging = scope.Section(root, "logging", "error-lines");
        var build = scope.Section(root, "build", "max-jobs");
        var defaults = new BistroConfiguration();
        return defaults with
        {
            Listen = scope.Check(() => Listen(root.Scalar("listen")), defaults.Listen),
            Store = scope.Check(() => scope.OptionalPath(root, "store"), null),
            Projects = ProjectsSection.Read(root, scope),
            ProjectOverrides = root["projects"] as MappingNode ?? MappingNode.Empty,
            SourceDefaults = scope.Check(() => root.OptionalMapping("source-defaults"), null) ?? MappingNode.Empty,
            Builders = scope.Check(() => scheduler.Positive("builders", defaults.Builders), 1),
            Fetchers = scope.Check(() => scheduler.Positive("fetchers", defaults.Fetchers), 1),
            ErrorLines = scope.Check(() => logging.Integer("error-lines", defaults.ErrorLines), 0),
            NetworkRetries = scope.Check(() => scheduler.Integer("network-retries", defaults.NetworkRetries), 0),
            MaxJobs = scope.Check(() => build.Integer("max-jobs", defaults.MaxJobs), 0),
            Cache = CacheSection.Read(root, scope),
            ShutdownTimeout = scope.Check(() => root.Wait("shutdown-timeout", defaults.ShutdownTimeout), default),
            Waiting = Waiting(root, scope, defaults.Waiting),
            Registry = LimitsSection.Read(root, scope, defaults.Registry) with
            {
                Tls = TlsSection.Read(root, scope),
                Proxies = ProxySection.Read(root, scope),
                Auth = AuthSection.Read(root, scope),
                Rules = ContentSection.Read(root, scope),
            },
        };
    }

    private static ListenAddress Listen(ScalarNode? node) =>
        node is null
            ? ListenAddress.Default
            : ListenAddress.TryParse(node.Value) ?? throw node.Wrong(ListenAddress.Mistake(node.Value));

    private static OnDemandOptions Waiting(MappingNode root, ConfigurationScope scope, OnDemandOptions defaults)
    {
        var waiting = scope.Section(root, "waiting", "default", "impatient");
        return new OnDemandOptions
        {
            Hold = scope.Check(() => waiting.Wait("default", defaults.Hold), default),
            ShortHold = scope.Check(() => waiting.Wait("impatient", defaults.ShortHold), default),
        };
    }
}
