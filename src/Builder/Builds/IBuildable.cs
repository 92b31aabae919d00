using Bistro.Builder.Errors;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Builds;

/// <summary>A configuration that can be built: an element kind's work, beside its key in the same file.</summary>
public interface IBuildable : IElementConfiguration
{
    /// <summary>Makes what the artifact holds.</summary>
    /// <exception cref="BuildException">A command failed, or the inputs do not fit.</exception>
    Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken);

    /// <summary>The work of an element's kind.</summary>
    /// <exception cref="BuildException">The kind is one that Bistro only loads.</exception>
    static IBuildable Of(Element element) =>
        element.Configuration as IBuildable ?? throw new BuildException(
            element.FullName, "assemble",
            $"{element.Provenance}: Elements of kind '{element.Kind.Name}' are loaded and have their cache key, but Bistro cannot build them yet: " +
            "take the artifact from a BuildStream cache that has it.");
}

/// <summary>What a build made.</summary>
/// <param name="Tree">The artifact's files, by their root digest.</param>
public sealed record ElementOutput(Digest Tree)
{
    /// <summary>The public data that the artifact tells those who build on it; null for what the element declares.</summary>
    public MappingNode? Public { get; init; }
}
