using System.Collections.Immutable;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Mirrors;

/// <summary>The list of source mirror kinds.</summary>
public static class SourceMirrorKinds
{
    public static ImmutableArray<ISourceMirrorKind> All { get; } =
        [new DefaultMirrorKind(), new SimpleMirrorKind(), new GitlabLfsMirrorKind()];
}
