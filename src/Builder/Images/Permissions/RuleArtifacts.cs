using Bistro.Builder.Builds;
using Bistro.Builder.Errors;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Permissions;

/// <summary>Finds the artifacts of elements that declare rules.</summary>
internal static class RuleArtifacts
{
    /// <summary>The files of the declaring element; null where the store does not have them, as below a <c>compose</c> from a cache.</summary>
    public static Digest? ArtifactOf(this ElementBuild build, DeclaredRule rule)
    {
        try
        {
            return rule.Element is { } element ? build.Artifact(element) : null;
        }
        catch (BuildException)
        {
            return null;
        }
    }
}
