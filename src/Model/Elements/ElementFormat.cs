using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Bistro.Model.Errors;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Model.Elements;

/// <summary>
/// A format of <c>bistro show --format</c>: text with <c>%{name}</c> and its siblings, each with an alignment and a width if
/// wanted, as Python writes them (<c>%{state: >12}</c>).
/// </summary>
public sealed partial class ElementFormat
{
    /// <summary>The default format.</summary>
    public const string Default = "%{state: >12} %{full-key} %{name} %{workspace-dirs}";

    private const int BriefKey = 8;

    private static readonly Dictionary<string, Func<Element, ElementCaches, string>> Fields = new(StringComparer.Ordinal)
    {
        ["name"] = (element, _) => element.FullName,
        ["kind"] = (element, _) => element.Kind.Name,
        ["key"] = (element, caches) => caches.StrongKey(element)[..BriefKey],
        ["full-key"] = (element, caches) => caches.StrongKey(element),
        ["description"] = (element, _) => ElementJson.OneLine(element.Description),
        ["state"] = ElementStates.Of,
        ["config"] = (element, _) => YamlPrinter.Print(element.Config),
        ["vars"] = (element, _) => YamlPrinter.Print(Mapping(element.Variables.KnownValues)),
        ["env"] = (element, _) => YamlPrinter.Print(Mapping(element.Environment)),
        ["public"] = (element, _) => YamlPrinter.Print(element.Public),
        // Bistro has no workspaces.
        ["workspaced"] = (_, _) => "",
        ["workspace-dirs"] = (_, _) => "",
        ["deps"] = (element, _) => List(ElementJson.DirectDependencies(element)),
        ["build-deps"] = (element, _) => List(ElementJson.FullNames(element, dependency => dependency.IsBuild)),
        ["runtime-deps"] = (element, _) => List(ElementJson.FullNames(element, dependency => dependency.IsRuntime)),
        ["source-info"] = (element, _) => YamlPrinter.Print(new SequenceNode([.. SourceInfos(element)], Provenance.None)),
        ["artifact-cas-digest"] = (element, caches) => caches.Tree(element)?.ToString() ?? "",
    };

    private readonly ImmutableArray<Part> _parts;

    private ElementFormat(ImmutableArray<Part> parts) => _parts = parts;

    /// <summary>The names of all fields.</summary>
    public static IEnumerable<string> Names => Fields.Keys;

    /// <exception cref="FormatException">A width or an alignment is none.</exception>
    public static ElementFormat Parse(string format)
    {
        var parts = ImmutableArray.CreateBuilder<Part>();
        var end = 0;
        foreach (Match match in Reference().Matches(format))
        {
            if (!Fields.ContainsKey(match.Groups["name"].Value))
                continue;
            parts.Add(new Part(format[end..match.Index], null, default));
            parts.Add(new Part("", match.Groups["name"].Value, TextAlignment.Parse(match.Groups["spec"].Value)));
            end = match.Index + match.Length;
        }
        parts.Add(new Part(format[end..], null, default));
        return new ElementFormat(parts.ToImmutable());
    }

    /// <summary>The element in this format, without a line break at its end.</summary>
    public string Print(Element element, ElementCaches caches)
    {
        var text = new StringBuilder();
        foreach (var (literal, field, alignment) in _parts)
            text.Append(field is null ? literal : alignment.Apply(Fields[field](element, caches)));
        return text.ToString();
    }

    /// <summary>The members of a source info, in the order in which they are printed.</summary>
    internal static IEnumerable<MappingNode> SourceInfos(Element element) =>
        from source in element.Sources
        from info in source.Configuration.Info
        select Describe(info, info.Provenance ?? source.Draft.Attributes);

    private static MappingNode Describe(SourceInfo info, MappingNode? provenance)
    {
        var members = ImmutableArray.CreateBuilder<Member>();
        Add("kind", info.Kind);
        Add("url", info.Url);
        // Two attributes had members of their own before there were attributes.
        Add("homepage", provenance?.OptionalText("homepage"));
        Add("issue-tracker", provenance?.OptionalText("issue-tracker"));
        if (provenance is not null)
            members.Add(new Member("provenance", provenance, Provenance.None));
        Add("medium", info.Medium);
        Add("version-type", info.VersionType);
        Add("version", info.Version);
        Add("version-guess", info.VersionGuess);
        if (!info.ExtraData.IsEmpty)
            members.Add(new Member("extra-data", Mapping(info.ExtraData), Provenance.None));
        return new MappingNode(members.ToImmutable(), Provenance.None);

        void Add(string name, string? value)
        {
            if (value is not null)
                members.Add(new Member(name, new ScalarNode(value, Provenance.None), Provenance.None));
        }
    }

    private static string List(IEnumerable<string> texts) => YamlPrinter.Print(
        new SequenceNode([.. texts.Select(text => new ScalarNode(text, Provenance.None))], Provenance.None)).TrimEnd('\n');

    private static MappingNode Mapping(ImmutableArray<KeyValuePair<string, string>> members) => new(
        [.. members.Select(member => new Member(member.Key, new ScalarNode(member.Value, Provenance.None), Provenance.None))],
        Provenance.None);

    [GeneratedRegex(@"%\{(?<name>[a-z-]+)(?::(?<spec>[^%}]*))?\}")]
    private static partial Regex Reference();

    private readonly record struct Part(string Literal, string? Field, TextAlignment Alignment);

    /// <summary>Python's format specification, as far as it holds for texts: <c>[[fill]align][width][.precision][s]</c>.</summary>
    private readonly record struct TextAlignment(char Fill, char Align, int Width, int? Precision)
    {
        private const string Aligns = "<>^";

        public static TextAlignment Parse(string spec)
        {
            if (spec.Length == 0)
                return new TextAlignment(' ', '<', 0, null);
            var match = Specification().Match(spec);
            if (!match.Success)
                throw new FormatException($"'{spec}' is not a valid text format: expected [[fill]align][width][.precision], align one of {Aligns}.");
            return new TextAlignment(
                match.Groups["fill"] is { Length: > 0 } fill ? fill.Value[0] : ' ',
                match.Groups["align"] is { Length: > 0 } align ? align.Value[0] : '<',
                Number(match.Groups["width"]) ?? 0,
                Number(match.Groups["precision"]));
        }

        public string Apply(string text)
        {
            if (Precision is { } precision && precision < text.Length)
                text = text[..precision];
            var missing = Width - new StringInfo(text).LengthInTextElements;
            if (missing <= 0)
                return text;
            var before = Align switch
            {
                '<' or '\0' => 0,
                '>' => missing,
                _ => missing / 2,
            };
            return new string(Fill, before) + text + new string(Fill, missing - before);
        }

        private static int? Number(Group group) => group.Length > 0 ? int.Parse(group.Value, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"^(?:(?<fill>.)?(?<align>[<>^]))?(?<width>\d{1,4})?(?:\.(?<precision>\d{1,4}))?s?$", RegexOptions.Singleline)]
    private static partial Regex Specification();
}
