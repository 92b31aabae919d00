using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Model.Keys;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>quilt</c>: applies the quilt series that the sources before it staged.</summary>
public sealed class QuiltKind() : SourceKind("quilt", KindPackage.Community)
{
    /// <summary>Members that it does not know are let through, as there.</summary>
    public override ISourceConfiguration Configure(SourceDraft source) =>
        new QuiltConfiguration(source.Members.OptionalText("path") ?? "");
}

/// <summary>The folder of patches inside the staged sources.</summary>
public sealed record QuiltConfiguration(string Path) : ISourceConfiguration
{
    public bool IsResolved => true;

    public KeyValue UniqueKey => KeyValue.Of([Path]);

    public ImmutableArray<SourceInfo> Info => [];
}
