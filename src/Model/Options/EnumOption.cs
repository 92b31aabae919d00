using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Machines;
using Bistro.Model.Yaml;

namespace Bistro.Model.Options;

/// <summary>One of the values that the project lists; <c>arch</c> and <c>os</c> take theirs from the machine by default.</summary>
internal sealed class EnumOption : OptionDeclaration
{
    private readonly string _type;
    private readonly ImmutableArray<string> _values;

    private EnumOption(string type, string name, MappingNode declaration, Func<ImmutableArray<string>, string>? automatic)
        : base(name, declaration)
    {
        _type = type;
        if (automatic is null)
            declaration.ExpectKeys("type", "description", "variable", "values", "default");
        else
            declaration.ExpectKeys("type", "description", "variable", "values");
        _values = declaration.OptionalTexts("values") ?? [];
        if (_values.IsEmpty)
            throw NoValues(type, declaration);
        Default = automatic is null
            ? Checked(declaration.Text("default"), declaration.Scalar("default")!.Provenance)
            : new OptionValue.Text(automatic(_values));
    }

    public static EnumOption Load(string name, MappingNode declaration) => new("enum", name, declaration, null);

    public static EnumOption LoadArchitecture(string name, MappingNode declaration, OptionHost host) =>
        new("arch", name, declaration, values =>
        {
            string? found = null;
            for (var index = 0; index < values.Length; index++)
            {
                var canonical = Architecture.Canonical(values[index]) ?? throw Invalid(
                    declaration.Sequence("values").Items[index].Provenance,
                    $"Invalid value for arch option '{name}': Unknown architecture: {values[index]}");
                if (canonical == host.Architecture)
                    found ??= values[index];
            }

            return found ?? host.Architecture;
        });

    public static EnumOption LoadOperatingSystem(string name, MappingNode declaration, OptionHost host) =>
        new("os", name, declaration, _ => host.OperatingSystem);

    public override OptionValue Default { get; }

    public override OptionValue Read(MappingNode values) =>
        Checked(values.Text(Name), values.Scalar(Name)!.Provenance);

    public override OptionValue Parse(string text) => Checked(text, null);

    public override string Export(OptionValue value) => ((OptionValue.Text)value).Value;

    public override void ExpectValid(OptionValue value) => Checked(Export(value), null);

    private OptionValue.Text Checked(string value, Provenance? where) => _values.Contains(value)
        ? new OptionValue.Text(value)
        : throw Invalid(
            where, $"Invalid value for {_type} option '{Name}': '{value}', valid values are: {string.Join(", ", _values)}");
}
