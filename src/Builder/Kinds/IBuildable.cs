using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Kinds;

/// <summary>A configuration that can be built: an element kind's work, beside its key in the same file.</summary>
public interface IBuildable : IElementConfiguration
{
    /// <summary>Makes what the artifact holds.</summary>
    /// <exception cref="Errors.BuildException">A command failed, or the inputs do not fit.</exception>
    Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken);
}

/// <summary>What a build made.</summary>
/// <param name="Tree">The artifact's files, by their root digest.</param>
public sealed record ElementOutput(Digest Tree)
{
    /// <summary>The public data that the artifact tells those who build on it; null for what the element declares.</summary>
    public MappingNode? Public { get; init; }
}
