using System.Text;
using Bistro.Builder.Artifacts;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Builds;

/// <summary>
/// The artifacts of an element's closure as the store had them when the build was prepared. It does not change, and the build's
/// lease keeps the artifacts in the store.
/// </summary>
public sealed class StagedArtifacts(IContentStore content, IEnumerable<KeyValuePair<Element, Artifact>> artifacts)
{
    private readonly Dictionary<Element, Artifact> _artifacts = new(artifacts);

    /// <summary>The tree of the artifact's files.</summary>
    /// <exception cref="BuildException">The element is not built.</exception>
    public Digest FilesOf(Element element) => Require(element).Files!.Value.Hash;

    /// <summary>The artifact's strong key.</summary>
    /// <exception cref="BuildException">The element is not built.</exception>
    public string KeyOf(Element element) => Require(element).StrongKey;

    /// <summary>The public data that the element's build stored.</summary>
    /// <exception cref="BuildException">The element is not built.</exception>
    public MappingNode PublicOf(Element element)
    {
        var text = Encoding.UTF8.GetString(content.ReadAll(Require(element).PublicData.Hash));
        return YamlReader.Read(new SourceFile($"public data of {element.FullName}", null), text);
    }

    private Artifact Require(Element element) => _artifacts.GetValueOrDefault(element) ?? throw ElementArtifacts.NotBuilt(element);
}
