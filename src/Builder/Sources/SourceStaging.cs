using Bistro.Builder.Content;
using Bistro.Builder.Processes;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources;

/// <summary>What a source works with while it is staged or tracked.</summary>
public sealed class SourceStaging
{
    public required Source Source { get; init; }

    public required TreeStore Trees { get; init; }

    public IContentStore Content => Trees.Content;

    /// <summary>A directory of the store for what is fetched (mirrors, downloads), shared by all sources of the kind.</summary>
    public required string MirrorDirectory { get; init; }

    /// <summary>A fresh directory on the store's disk, removed afterwards.</summary>
    public required string ScratchDirectory { get; init; }

    /// <summary>Starts the programs of the host that the kind needs.</summary>
    public required ToolRunner Tools { get; init; }

    /// <summary>Downloads files.</summary>
    public required Downloader Downloads { get; init; }

    /// <summary>What the sources before this one staged, all of it, from the element's build root.</summary>
    public required Digest Previous { get; init; }

    /// <summary>The build log.</summary>
    public required Stream Log { get; init; }
}
