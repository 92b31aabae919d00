using System.Collections.Immutable;
using Bistro.Model.Yaml;

namespace Bistro.Model.Sources;

/// <summary>A kind of source mirror, as project.conf's <c>mirrors</c> names it. No mirror enters a key.</summary>
public interface ISourceMirrorKind
{
    /// <summary>As written behind <c>kind:</c>; <c>default</c> where nothing is written.</summary>
    string Name { get; }

    /// <summary>As for element kinds.</summary>
    string? Package => null;

    /// <summary>Reads and checks the mirror: its <c>config</c>, or for <c>default</c> the whole entry without <c>name</c> and <c>kind</c>.</summary>
    /// <exception cref="Errors.LoadException">A member is wrong; the message starts with the place.</exception>
    ISourceMirror Configure(MappingNode config);
}

/// <summary>A configured mirror.</summary>
public interface ISourceMirror
{
    /// <summary>The mirror's URLs for <c>alias:path</c>, in the order to try; empty for an alias that it does not serve.</summary>
    /// <param name="alias">The alias, without its colon.</param>
    /// <param name="path">What follows the colon.</param>
    ImmutableArray<MirrorUrl> Locate(string alias, string path);
}

/// <summary>An URL of a mirror.</summary>
/// <param name="Url">The URL.</param>
/// <param name="UsesBearer">Whether it wants the netrc password as a bearer token.</param>
public sealed record MirrorUrl(string Url, bool UsesBearer = false);
