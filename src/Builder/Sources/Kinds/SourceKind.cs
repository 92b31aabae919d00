using System.Collections.Immutable;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Kinds;

/// <summary>What the source kinds share: a name and a package.</summary>
public abstract class SourceKind(string name, string? package = null) : ISourceKind
{
    public string Name { get; } = name;

    public string? Package { get; } = package;

    public virtual ImmutableArray<string> RefMembers => ["ref"];

    public virtual bool ReportsOwnProvenance => false;

    public virtual bool RequiresPreviousSources => false;

    public abstract ISourceConfiguration Configure(SourceDraft source);
}
