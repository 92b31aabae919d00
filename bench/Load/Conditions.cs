using Bistro.Model.Errors;
using Bistro.Model.Options;
using Bistro.Model.Yaml;

namespace Bistro.Bench;

/// <summary>What conditions come to, one a line: to be held beside BuildStream's word on them (<c>bench/peer/conditions.py</c>).</summary>
internal static class Conditions
{
    /// <summary>Prints <c>True</c>, <c>False</c> or the mistake of each.</summary>
    /// <param name="options">A file with the <c>options</c> of a project.</param>
    /// <param name="conditions">A file with a condition a line, as JSON texts.</param>
    public static void Print(string options, string conditions)
    {
        var host = new OptionHost("x86-64", "Linux", () => ["one.bst", "two.bst"]);
        var declared = YamlReader.Read(new SourceFile(options, options), File.ReadAllText(options));
        var set = OptionDeclarations.Load(declared, host).Resolve([], []);
        foreach (var line in File.ReadLines(conditions))
            Console.WriteLine(Judge(set, System.Text.Json.Nodes.JsonNode.Parse(line)!.GetValue<string>()));
    }

    private static string Judge(OptionSet options, string condition)
    {
        try
        {
            return options.Holds(condition, Provenance.None) ? "True" : "False";
        }
        catch (LoadException mistake)
        {
            return mistake.Message.ReplaceLineEndings(" ");
        }
    }
}
