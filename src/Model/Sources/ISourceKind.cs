using System.Collections.Immutable;
using Bistro.Model.Keys;
using Bistro.Model.Yaml;

namespace Bistro.Model.Sources;

/// <summary>A kind of source: how it reads its members and its ref, and what enters the cache key.</summary>
public interface ISourceKind
{
    /// <summary>As written behind <c>kind:</c>.</summary>
    string Name { get; }

    /// <summary>As for element kinds.</summary>
    string? Package => null;

    /// <summary>The members that make up its ref: what <c>project.refs</c> may hold and <c>bistro source track</c> writes.</summary>
    ImmutableArray<string> RefMembers => ["ref"];

    /// <summary>Whether it reports the provenance of its parts itself, so that <c>provenance</c> on the source is an error.</summary>
    bool ReportsOwnProvenance => false;

    /// <summary>Whether it needs what was staged before it, so that it may not be an element's first source.</summary>
    bool RequiresPreviousSources => false;

    /// <summary>Reads and checks the source's members, expanded, and its ref.</summary>
    /// <exception cref="Errors.LoadException">A member is wrong; the message starts with the place.</exception>
    ISourceConfiguration Configure(SourceDraft source);
}

/// <summary>A source's configuration as its kind read it.</summary>
public interface ISourceConfiguration
{
    /// <summary>False while a ref is missing: the element then has the key of 64 <c>?</c> and the state "no reference".</summary>
    bool IsResolved { get; }

    /// <summary>The <c>key</c> of the source's entry in <c>sources</c>. Asked for only when resolved.</summary>
    KeyValue UniqueKey { get; }

    /// <summary>The data for <c>%{source-info}</c> and <c>show --json</c>.</summary>
    ImmutableArray<SourceInfo> Info { get; }

    /// <summary>Absolute path of the file or folder of the project that it reads, so that a change there is noticed; else null.</summary>
    string? LocalPath => null;

    /// <summary>Whether staging downloads nothing, because everything is in the project or in the ref.</summary>
    bool IsLocal => LocalPath is not null;
}

/// <summary>One entry of an element's <c>source-info</c>; members as BuildStream's <c>SourceInfo</c> prints them.</summary>
public sealed record SourceInfo
{
    public required string Kind { get; init; }
    public required string Url { get; init; }
    /// <summary><c>local</c>, <c>remote-file</c>, <c>git</c>, <c>oci-image</c>, <c>workspace</c>, …</summary>
    public required string Medium { get; init; }
    /// <summary><c>cas-digest</c>, <c>sha256</c>, <c>commit</c>, …</summary>
    public required string VersionType { get; init; }
    public required string Version { get; init; }
    public string? VersionGuess { get; init; }
    /// <summary>The provenance that the kind reports; null to use the <c>provenance</c> of the source.</summary>
    public MappingNode? Provenance { get; init; }
    public ImmutableArray<KeyValuePair<string, string>> ExtraData { get; init; } = [];
}
