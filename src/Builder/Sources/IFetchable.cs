using Bistro.Builder.Errors;
using Bistro.Model.Content;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources;

/// <summary>A source that can be fetched, staged and tracked: a source kind's work, beside its key in the same file.</summary>
public interface IFetchable : ISourceConfiguration
{
    /// <summary>
    /// Whether it changes what the sources before it staged (a patch): its result then is the whole changed tree and takes the place of
    /// <see cref="SourceStaging.Previous"/>. Otherwise it is the source's own tree, to be laid over the others at the source's directory.
    /// </summary>
    bool ChangesPrevious => false;

    /// <summary>Whether the mirror directory holds everything that <see cref="StageAsync"/> would download.</summary>
    /// <param name="mirrorDirectory"><see cref="SourceStaging.MirrorDirectory"/>, which may not exist.</param>
    bool IsMirrored(string mirrorDirectory) => false;

    /// <summary>
    /// The source's own tree, or the changed one. Downloads what is missing; what was fetched before is not fetched again.
    /// </summary>
    /// <exception cref="SourceException">It cannot be had, or it is not what the ref says.</exception>
    /// <exception cref="Processes.ToolException">A program of the host is missing, or failed.</exception>
    Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken);

    /// <summary>
    /// The newest ref, as it is written into YAML: the kind's <see cref="ISourceKind.RefMembers"/>. Null when the source has
    /// nothing to track.
    /// </summary>
    /// <exception cref="SourceException">It cannot be found out.</exception>
    /// <exception cref="Processes.ToolException">A program of the host is missing, or failed.</exception>
    Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken);

    /// <summary>The work of a source's kind.</summary>
    /// <exception cref="SourceException">The kind is one that Bistro only loads.</exception>
    static IFetchable Of(Source source) =>
        source.Configuration as IFetchable ?? throw new SourceException(
            $"{source.Draft.Written.Provenance}: Sources of kind '{source.Kind.Name}' are loaded and have their cache key, but Bistro " +
            "cannot fetch them yet: take the artifact of the element from a BuildStream cache that has it.");
}
