using System.Text.RegularExpressions;
using Bistro.Model.Errors;
using Bistro.Model.Loading;

namespace Bistro.Conformance.Projects;

/// <summary>Every project that BuildStream refuses is refused, at the same place; what it accepts is accepted.</summary>
public sealed partial class InvalidCorpusTests
{
    public static TheoryData<string, string> Variants => new(Corpus.Variants("invalid"));

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task It_gets_the_verdict_of_the_reference(string project, string name)
    {
        var folder = Corpus.ProjectFolder("invalid", project);
        var variant = Corpus.Variant("invalid", project, name);
        var loader = new ProjectLoader(Corpus.Request(folder, variant, null), Corpus.Kinds);
        if (variant["rc"]!.GetValue<int>() == 0)
        {
            Assert.NotEmpty((await loader.LoadAsync(variant.Texts("targets"), TestContext.Current.CancellationToken)).Targets);
            return;
        }

        var failure = await Assert.ThrowsAsync<LoadException>(
            () => loader.LoadAsync(variant.Texts("targets"), TestContext.Current.CancellationToken));
        var places = Places(variant["stderr"]!.GetValue<string>());
        TestContext.Current.TestOutputHelper?.WriteLine(LoadReport.Describe(failure));
        if (places.Length > 0)
            Assert.Contains(failure.Errors[0].Where?.ToString(), places);
    }

    /// <summary>The places that the reference names, in our form: it counts columns from 0, and in one message lines too.</summary>
    private static string[] Places(string message)
    {
        if (message.Contains("Severely malformed YAML", StringComparison.Ordinal))
            return [.. Malformed().Matches(message).Select(match => $"{match.Groups["file"]}:{match.Groups["line"]}:{match.Groups["column"]}")];
        if (message.Contains("Malformed YAML", StringComparison.Ordinal))
            return [.. Malformed().Matches(message).Select(match =>
                $"{match.Groups["file"]}:{int.Parse(match.Groups["line"].Value) + 1}:{int.Parse(match.Groups["column"].Value) + 1}")];
        return [.. Place().Matches(message).Select(match =>
            $"{match.Groups["file"]}:{match.Groups["line"]}:{int.Parse(match.Groups["column"].Value) + 1}")];
    }

    [GeneratedRegex(@"(?<file>[\w./-]+) \[line (?<line>\d+) column (?<column>\d+)\]")]
    private static partial Regex Place();

    [GeneratedRegex(@"(?<file>[\w./-]+): (?:Severely m|M)alformed YAML:.* line (?<line>\d+),? column (?<column>\d+)", RegexOptions.Singleline)]
    private static partial Regex Malformed();
}
