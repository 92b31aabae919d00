using System.Collections.Immutable;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Model.Configuration;

/// <summary>The aliases and mirrors that hold for a project's sources, some of them those of the project above it.</summary>
internal sealed class SourceUrls
{
    /// <summary>The warning that a URL has no alias, as <c>fatal-warnings</c> names it.</summary>
    public const string Unaliased = "unaliased-url";

    // Prefixes that are not aliases.
    private static readonly string[] Schemes = ["http", "https", "ftp", "file", "git", "sftp", "ssh"];

    public required MappingNode Aliases { get; init; }

    public required ImmutableArray<NamedMirror> Mirrors { get; init; }

    public required string? DefaultMirror { get; init; }

    /// <summary>The URLs of the project above, and how it is reached from there; null for the top project.</summary>
    public required (SourceUrls Urls, JunctionConfiguration Junction, bool ForbidsSubprojectUrls)? Above { get; init; }

    public required bool IsUnaliasedFatal { get; init; }

    /// <summary>The URL with its alias replaced.</summary>
    /// <param name="url">As written.</param>
    /// <param name="place">The place of the source.</param>
    /// <param name="warn">Takes warnings that are not fatal.</param>
    /// <exception cref="LoadException">The alias is unknown, or there is none where the project wants one.</exception>
    public string Translate(string url, Provenance place, Action<LoadError> warn)
    {
        var (alias, path) = Split(url);
        if (alias is null)
        {
            var warning = new LoadError(
                LoadErrorReason.InvalidData, place, $"[{Unaliased}]: Use of unaliased source download URL: {url}");
            if (IsUnaliasedFatal)
                throw new LoadException([warning]);
            warn(warning);
            return url;
        }
        return (Base(alias, place) ?? throw new LoadException(
            LoadErrorReason.InvalidData, place, $"Invalid alias '{alias}' specified in URL: {url}")) + path;
    }

    /// <summary>Where to try, in order.</summary>
    public ImmutableArray<MirrorUrl> Download(string url)
    {
        var (alias, path) = Split(url);
        if (alias is null || Aliases.OptionalText(alias) is not { } own)
            return [new MirrorUrl(url)];
        if (Above is { } above && above.Junction.ParentAlias(alias) is { } parent)
            return above.Urls.Download($"{parent}:{path}");
        return [.. Mirrors.OrderBy(mirror => mirror.Name == DefaultMirror ? 0 : 1).SelectMany(mirror => mirror.Mirror.Locate(alias, path)),
            new MirrorUrl(own + path)];
    }

    /// <summary>The URL of the alias; null if it is unknown.</summary>
    private string? Base(string alias, Provenance place)
    {
        if (Above is { } above)
        {
            if (above.Junction.ParentAlias(alias) is { } parent)
                return above.Urls.Base(parent, place) ?? throw new LoadException(
                    LoadErrorReason.InvalidData, place, $"Mapped alias '{parent}' for subproject alias '{alias}' is invalid in the parent project");
            if (above.ForbidsSubprojectUrls)
                throw new LoadException(
                    LoadErrorReason.InvalidData,
                    place,
                    $"The parent project maps no alias to '{alias}', and it forbids aliases that it does not map");
        }
        return Aliases.OptionalText(alias);
    }

    private static (string? Alias, string Path) Split(string url)
    {
        var colon = url.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || Schemes.Contains(url[..colon].ToLowerInvariant())
            ? (null, url)
            : (url[..colon], url[(colon + 1)..]);
    }
}
