using Bistro.Model.Content;
using Bistro.Model.Elements;

namespace Bistro.Builder.Kinds;

/// <summary>A configuration that can be built: an element kind's work, beside its key in the same file.</summary>
public interface IBuildable : IElementConfiguration
{
    /// <summary>Makes the artifact's tree and returns its root digest.</summary>
    /// <exception cref="Errors.BuildException">A command failed, or the inputs do not fit.</exception>
    Task<Digest> AssembleAsync(ElementBuild build, CancellationToken cancellationToken);
}
