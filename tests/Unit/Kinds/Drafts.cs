using System.Text;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Unit.Kinds;

/// <summary>What a loader would hand to a kind, from a few lines of YAML.</summary>
internal static class Drafts
{
    private static readonly SourceFile File = new("test.bst", null);

    /// <summary>An element whose composed configuration is the text, without dependencies.</summary>
    public static ElementDraft Element(string config, int sources = 0, params (string Name, string Value)[] variables) => new()
    {
        Project = null!,
        Name = "test.bst",
        FullName = "test.bst",
        Provenance = new Provenance(File, 1, 1),
        Config = YamlReader.Read(File, config),
        Dependencies = [],
        SourceCount = sources,
        Variable = name => variables.FirstOrDefault(variable => variable.Name == name).Value,
    };

    /// <summary>A source whose members are the text, in a project with the alias <c>a:</c>.</summary>
    public static SourceDraft Source(string members)
    {
        var node = YamlReader.Read(File, members);
        return new SourceDraft
        {
            Project = null!,
            ElementName = "test.bst",
            Index = 0,
            Members = node,
            Written = node,
            TranslateUrl = url => url.Value.Replace("a:", "https://a.example/", StringComparison.Ordinal),
        };
    }

    public static string KeyOf(IElementKind kind, ElementDraft element) => Text(kind.Configure(element).UniqueKey);

    public static string KeyOf(ISourceKind kind, SourceDraft source) => Text(kind.Configure(source).UniqueKey);

    private static string Text(KeyValue key)
    {
        var writer = new KeyWriter();
        writer.Value(key);
        return Encoding.UTF8.GetString(writer.Written);
    }
}
