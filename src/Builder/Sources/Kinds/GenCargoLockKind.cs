using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Model.Keys;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>gen_cargo_lock</c>: a <c>Cargo.lock</c> that is kept in the ref.</summary>
public sealed class GenCargoLockKind() : SourceKind("gen_cargo_lock", KindPackage.Community)
{
    public override bool RequiresPreviousSources => true;

    public override ISourceConfiguration Configure(SourceDraft source)
    {
        source.Members.ExpectKeys("ref");
        return new GenCargoLockConfiguration(source.Members.OptionalText("ref"));
    }
}

/// <summary>The file's content in base64.</summary>
public sealed record GenCargoLockConfiguration(string? Ref) : ISourceConfiguration
{
    public bool IsResolved => Ref is not null;

    public KeyValue UniqueKey => Ref;

    public ImmutableArray<SourceInfo> Info => [];
}
