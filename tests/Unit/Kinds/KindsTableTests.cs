using System.Text.RegularExpressions;
using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Kinds;
using Bistro.Builder.Sources.Mirrors;

namespace Bistro.Unit.Kinds;

/// <summary>The tables of docs/kinds.md contain exactly the kinds of the code, in the same order.</summary>
public sealed partial class KindsTableTests
{
    [Fact]
    public void All_element_kinds_are_in_the_table() =>
        Assert.Equal(ElementKinds.All.Select(kind => (kind.Name, PackageOf(kind.Package))), Kinds("Element kinds"));

    [Fact]
    public void All_source_kinds_are_in_the_table() =>
        Assert.Equal(SourceKinds.All.Select(kind => (kind.Name, PackageOf(kind.Package))), Kinds("Source kinds"));

    [Fact]
    public void All_mirror_kinds_are_in_the_table() =>
        Assert.Equal(SourceMirrorKinds.All.Select(kind => (kind.Name, PackageOf(kind.Package))), Kinds("Source mirror kinds"));

    [Fact]
    public void Kinds_that_only_load_are_marked()
    {
        Assert.Equal(LoadOnlyTests.LoadOnlyElements.Order(StringComparer.Ordinal), Marked("Element kinds").Order(StringComparer.Ordinal));
        Assert.Equal(LoadOnlyTests.LoadOnlySources.Order(StringComparer.Ordinal), Marked("Source kinds").Order(StringComparer.Ordinal));
    }

    private static string PackageOf(string? package) => package ?? "core";

    private static IEnumerable<(string Name, string Package)> Kinds(string section) =>
        Rows(section).Select(row => (row.Groups["name"].Value, row.Groups["package"].Value));

    private static IEnumerable<string> Marked(string section)
    {
        var rows = Rows(section);
        foreach (var row in rows.Where(row => row.Groups["rest"].Value.StartsWith("loads |", StringComparison.Ordinal)))
        {
            var name = row.Groups["name"].Value;
            yield return rows.Count(other => other.Groups["name"].Value == name) > 1 ? $"{name} of {row.Groups["package"].Value}" : name;
        }
    }

    private static List<Match> Rows(string section)
    {
        var page = Checkout.Read("docs/kinds.md");
        var start = page.IndexOf($"### {section}\n", StringComparison.Ordinal);
        var end = page.IndexOf("\n#", start + 1, StringComparison.Ordinal);
        return [.. Row().Matches(page[start..end]).Cast<Match>()];
    }

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \| (?<package>[^ ]+) \| (?<rest>.*)$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
