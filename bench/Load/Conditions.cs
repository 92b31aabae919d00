using System.Text.Json.Nodes;
using Bistro.Model.Errors;
using Bistro.Model.Options;
using Bistro.Model.Yaml;

namespace Bistro.Bench;

/// <summary>Holds what conditions come to beside BuildStream's word on them, which <c>bench/peer/conditions.py</c> has asked for.</summary>
internal static class Conditions
{
    private const string Mistake = "mistake";

    /// <summary>Prints what differs, and how many are equal; false where something differs.</summary>
    /// <param name="folder">Holds <c>options.yaml</c> and <c>conditions.json</c>, pairs of a condition and its verdict.</param>
    public static bool Compare(string folder)
    {
        var path = Path.Combine(folder, "options.yaml");
        var declared = YamlReader.ReadFile(new SourceFile("options.yaml", path));
        var options = OptionDeclarations.Load(declared, new OptionHost("x86-64", "Linux", () => ["one.bst", "two.bst"])).Resolve([], []);
        var pairs = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "conditions.json")))!.AsArray();
        var equal = 0;
        foreach (var (condition, wanted) in pairs.Select(pair => (pair![0]!.GetValue<string>(), pair[1]!.GetValue<string>())))
        {
            var had = Judge(options, condition);
            if (had == wanted)
                equal++;
            else
                Console.WriteLine($"{condition}\n   bst    {wanted}\n   bistro {had}");
        }
        Console.WriteLine($"{equal}/{pairs.Count} conditions judged alike");
        return equal == pairs.Count;
    }

    private static string Judge(OptionSet options, string condition)
    {
        try
        {
            return options.Holds(condition, Provenance.None) ? "True" : "False";
        }
        catch (LoadException)
        {
            return Mistake;
        }
    }
}
