using System.Text.RegularExpressions;

namespace Bistro.Unit;

/// <summary>
/// Keeps phrases that make prose hard to read out of comments, messages, scripts and documentation. CONTRIBUTING.md describes the style.
/// </summary>
public sealed partial class PlainEnglishTests
{
    // Each phrase, and what to write instead.
    private static readonly (string Pattern, string Instead)[] Phrases =
    [
        (@"\b(is|are|was|were|be|been|being) (\w+ )?told\b", "is reported, is shown, receives"),
        (@"\b[Tt]ells? (that|whether|when|of)\b", "reports, shows, records"),
        (@"\b[Cc]omplain", "report"),
        (@"\bhangs? on\b", "depends on"),
        (@"\b[Ww]hoever\b", "any caller, any process, users who"),
        (@"\bwho (asks|comes|wants|pulls|pushes|pushed|reads|writes|looks|keeps|needs|else|is strict|made|holds|builds)\b", "the client that, users who"),
        (@"\b([Hh]e (is|was|has|may|can|must|asks|wants|does|gets|needs|sends|shows|writes)|him|[Hh]is)\b", "it for software, they for people"),
        (@"\b([Nn]obody|[Ss]omebody|[Ee]verybody)\b", "no caller, another process, all users"),
        (@"\b[Ss]trangers?\b", "client, untrusted input"),
        (@"\b[Ss]o long as\b", "while, if"),
        (@"\b[Ss]hall\b", "must, will"),
        (@"\b(cook(s|ed|ing)?|kitchen)\b", "build"),
        (@"\bbut for\b", "except for"),
        (@"\b(once more|anew)\b", "again"),
        (@"\bin the words of\b", "with the keys of"),
        (@"\bwhat stands\b", "the content"),
        (@"\bwill do\b", "is sufficient, is used"),
        (@"\b[Pp]atience\b", "maximum wait, timeout"),
        (@"\bbears? (the|a|its|no|an)\b", "has, contains"),
        (@"\bas (it|they) likes?\b", "any number of"),
        (@"\bof its own accord\b", "automatically"),
        (@"(?<![Tt]here )\bis no (digest|name|address|endpoint|number|path|file|folder|image|element|token|tag|action|kind|mapping|list)\b", "is not a"),
    ];

    [Fact]
    public void Prose_is_plain()
    {
        var found = Found().ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void Comments_strings_and_test_names_of_code_are_searched()
    {
        const string Code = """"
            void A_test_is_told() { }
            // nobody knows
            var nobody = "https://nobody"; // told
            Call($"he {x}", @"his ""name""");
            var text = """
                kitchen
                """;
            """";
        Assert.Equal(["A test is told", "// nobody knows", "https://nobody", "// told", "he {x}", "his \"\"name\"\"", "\n    kitchen\n    "], Prose(Code));
    }

    private static IEnumerable<string> Found()
    {
        var patterns = Phrases.Select(phrase => (Regex: new Regex(phrase.Pattern, RegexOptions.CultureInvariant), phrase.Instead)).ToList();
        foreach (var file in Files())
        {
            var text = Checkout.Read(file);
            foreach (var prose in file.EndsWith(".cs", StringComparison.Ordinal) ? Prose(text) : [text])
                foreach (var line in prose.Split('\n'))
                    foreach (var (regex, instead) in patterns)
                        if (regex.Match(line) is { Success: true } match)
                            yield return $"{file}: '{match.Value}' (write: {instead}) in: {line.Trim()}";
        }
    }

    private static IEnumerable<string> Files()
    {
        string[] roots = ["src", "tests", "bench", "docs", "samples", ".ci", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "Directory.Packages.props", "Directory.Build.props"];
        return roots
            .SelectMany(root => File.Exists(Path.Combine(Checkout.Root, root)) ? [root] : Below(root))
            .Where(file => !Path.GetFileName(file).StartsWith("PlainEnglishTests", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
    }

    // Default values of kinds, goldens and corpora are not our prose.
    private static IEnumerable<string> Below(string root) =>
        Directory.EnumerateFiles(Path.Combine(Checkout.Root, root), "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(file => Path.GetRelativePath(Checkout.Root, file))
            .Where(file => !NotProse().IsMatch(file) && (Extensions().IsMatch(file) || !Path.GetFileName(file).Contains('.', StringComparison.Ordinal)));

    [GeneratedRegex(@"(^|/)(obj|bin|defaults|corpus|cache|__pycache__|\.bst|elements|files|patches|include)/")]
    private static partial Regex NotProse();

    [GeneratedRegex(@"\.(cs|csproj|props|targets|md|py|sh|proto|txt|yaml)$")]
    private static partial Regex Extensions();

    /// <summary>The comments, string literals and test names of C# code.</summary>
    private static List<string> Prose(string code)
    {
        var prose = TestNames().Matches(code).Select(match => match.Groups[1].Value.Replace('_', ' ')).ToList();
        foreach (Match match in Literals().Matches(code))
            if (match.Groups.Cast<Group>().Skip(1).FirstOrDefault(group => group.Success && group.Name != "quotes") is { } group)
                prose.Add(group.Value);
        return prose;
    }

    [GeneratedRegex(@"(?:void|Task) ([A-Z]\w*_\w+)\(")]
    private static partial Regex TestNames();

    // Comments; raw, verbatim and ordinary strings; characters.
    [GeneratedRegex(""""
        (//[^\n]*)|(?<quotes>"{3,})(?<raw>.*?)\k<quotes>|@\$?"((?:[^"]|"")*)"|"((?:[^"\\\n]|\\.)*)"|'(?:[^'\\\n]|\\[^\n]+?)'
        """", RegexOptions.Singleline)]
    private static partial Regex Literals();
}
