using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Model.Keys;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>cpan</c>: a distribution of a Perl module. Its ref is the two members <c>suffix</c> and <c>sha256sum</c>.</summary>
public sealed class CpanKind() : SourceKind("cpan", KindPackage.Community)
{
    public override ImmutableArray<string> RefMembers => ["suffix", "sha256sum"];

    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys(["name", "suffix", "sha256sum", "index", .. VersionHint.Members]);
        return new CpanConfiguration(
            members.Text("name"),
            PackageFile.Read(source, "index", members.OptionalText("suffix"), members.OptionalText("sha256sum")));
    }
}

/// <summary>The module and the file of its distribution.</summary>
public sealed record CpanConfiguration(string Module, PackageFile File) : ISourceConfiguration
{
    public bool IsResolved => File.IsResolved;

    public KeyValue UniqueKey => File.Key;

    public ImmutableArray<SourceInfo> Info => File.Info("cpan");
}
