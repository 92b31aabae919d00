using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Options;

/// <summary>Any of the values that the project lists; the values of <c>element-mask</c> are the project's elements.</summary>
internal sealed class FlagsOption : OptionDeclaration
{
    private readonly HashSet<string> _values;
    private readonly ImmutableArray<string> _listed;

    private FlagsOption(string name, MappingNode declaration, ImmutableArray<string> values, string type)
        : base(name, declaration)
    {
        if (values.IsEmpty)
            throw NoValues(type, declaration);
        _listed = values;
        _values = new HashSet<string>(values, StringComparer.Ordinal);
        var defaults = declaration.OptionalSequence("default");
        // Flags of a default stay in the order in which they are written.
        Default = OptionValue.Of(Checked(defaults?.Texts() ?? [], defaults?.Provenance));
    }

    public static FlagsOption Load(string name, MappingNode declaration)
    {
        declaration.ExpectKeys("type", "description", "variable", "default", "values");
        return new FlagsOption(name, declaration, declaration.OptionalTexts("values") ?? [], "flags");
    }

    public static FlagsOption LoadElementMask(string name, MappingNode declaration, OptionHost host)
    {
        declaration.ExpectKeys("type", "description", "variable", "default");
        return new FlagsOption(name, declaration, [.. host.Elements()], "element-mask");
    }

    public override OptionValue Default { get; }

    public override OptionValue Read(MappingNode values)
    {
        var flags = values.Sequence(Name);
        return Sorted(Checked(flags.Texts(), flags.Provenance));
    }

    public override OptionValue Parse(string text) => Sorted(
        Checked([.. string.Concat(text.Where(letter => !char.IsWhiteSpace(letter))).Split(',')], null));

    public override string Export(OptionValue value) =>
        string.Join(',', ((OptionValue.List)value).Items.Select(item => item.Printed));

    private static OptionValue Sorted(ImmutableArray<string> flags) =>
        OptionValue.Of(flags.Sort(StringComparer.Ordinal));

    private ImmutableArray<string> Checked(ImmutableArray<string> flags, Provenance? where)
    {
        foreach (var flag in flags)
            if (!_values.Contains(flag))
                throw Invalid(
                    where, $"Invalid value for flags option '{Name}': '{flag}', valid values are: {string.Join(", ", _listed)}");
        return flags;
    }
}
