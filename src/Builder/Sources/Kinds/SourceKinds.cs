using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Kinds;

/// <summary>The list of source kinds. Of two with one name, the first is meant where the declared origin does not tell.</summary>
public static class SourceKinds
{
    public static ImmutableArray<ISourceKind> All { get; } =
    [
        new LocalKind(),
        new TarKind(),
        new RemoteKind(),

        new BzrKind(),
        new CargoKind(),
        new DockerKind(),
        new GitKind(),
        new PatchKind(),
        new PipKind(),

        new Cargo2Kind(),
        new CpanKind(),
        new DebKind(),
        new GenCargoLockKind(),
        new GitModuleKind(),
        new GitRepoKind(),
        new GitTagKind(KindPackage.Experimental),
        new GitTagKind(KindPackage.Community),
        new GoModuleKind(),
        new OstreeKind(),
        new PatchQueueKind(),
        new PypiKind(),
        new QuiltKind(),
        new ZipKind(),

        new AptKind(),
    ];
}
