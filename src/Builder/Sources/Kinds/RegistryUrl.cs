using Bistro.Model.Errors;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary>
/// The address of a package registry. None is built in: the element, the project's <c>sources:</c> or the user's
/// <c>source-defaults:</c> gives it.
/// </summary>
internal static class RegistryUrl
{
    /// <exception cref="LoadException">It is not configured. The message says where it can be.</exception>
    public static ScalarNode Read(SourceDraft source, string kind, string member) =>
        source.Members.Scalar(member) ?? throw new LoadException(
            LoadErrorReason.InvalidData, source.Written.Provenance,
            $"No package registry is known for this '{kind}' source, and Bistro has none built in. Give its address as '{member}' of the " +
            $"source, in project.conf as 'sources: {{{kind}: {{config: {{{member}: …}}}}}}', " +
            $"or in bistro.yaml as 'source-defaults: {{{kind}: {{{member}: …}}}}'.");

    /// <summary>The address as the folder that names are appended to.</summary>
    public static ScalarNode AsFolder(ScalarNode url) =>
        url.Value.EndsWith('/') || url.Value.EndsWith(':') ? url : new ScalarNode(url.Value + "/", url.Provenance);
}
