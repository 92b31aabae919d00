using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Configuration;

/// <summary>The defaults that BuildStream composes under every project.conf. The values enter keys. See NOTICE.</summary>
internal static class ProjectDefaults
{
    private static readonly Lazy<MappingNode> Read = new(() =>
    {
        using var stream = typeof(ProjectDefaults).Assembly.GetManifestResourceStream("defaults/project.yaml")!;
        using var reader = new StreamReader(stream);
        return YamlReader.Read(new SourceFile("(project defaults)", null), reader.ReadToEnd());
    });

    public static MappingNode Content => Read.Value;
}
