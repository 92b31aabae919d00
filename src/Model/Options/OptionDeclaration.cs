using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Options;

/// <summary>An entry of <c>options</c> in project.conf: one file per type says how values of it are read.</summary>
internal abstract class OptionDeclaration
{
    private protected OptionDeclaration(string name, MappingNode declaration)
    {
        Name = name;
        Place = declaration.Provenance;
        declaration.Text("description");
        Variable = declaration.Scalar("variable")?.Value;
        if (Variable is not null)
            SymbolName.Expect(Variable, "variable name", declaration.Scalar("variable")!.Provenance);
    }

    /// <exception cref="LoadException">The declaration is wrong.</exception>
    public static OptionDeclaration Load(string name, MappingNode declaration, OptionHost host)
    {
        SymbolName.Expect(name, "option name", declaration.Provenance, allowDashes: false);
        return declaration.Choice("type", "bool", "enum", "flags", "element-mask", "arch", "os") switch
        {
            "bool" => new BoolOption(name, declaration),
            "enum" => EnumOption.Load(name, declaration),
            "arch" => EnumOption.LoadArchitecture(name, declaration, host),
            "os" => EnumOption.LoadOperatingSystem(name, declaration, host),
            "flags" => FlagsOption.Load(name, declaration),
            _ => FlagsOption.LoadElementMask(name, declaration, host),
        };
    }

    public string Name { get; }

    /// <summary>Where it is declared.</summary>
    public Provenance Place { get; }

    /// <summary>The variable that the value is exported to, or null.</summary>
    public string? Variable { get; }

    public abstract OptionValue Default { get; }

    /// <summary>Reads a value of a configuration file or of a junction.</summary>
    public abstract OptionValue Read(MappingNode values);

    /// <summary>Reads a value of the command line.</summary>
    public abstract OptionValue Parse(string text);

    /// <summary>The value as a variable holds it.</summary>
    public abstract string Export(OptionValue value);

    /// <summary>Checks a default that was taken from the machine and that nothing has replaced.</summary>
    public virtual void ExpectValid(OptionValue value)
    {
    }

    private protected static LoadException Invalid(Provenance? where, string message) =>
        new(LoadErrorReason.InvalidData, where, message);

    private protected LoadException NoValues(string type, MappingNode declaration) =>
        Invalid(declaration.Provenance, $"No values specified for {type} option '{Name}'");
}

internal sealed class BoolOption : OptionDeclaration
{
    public BoolOption(string name, MappingNode declaration)
        : base(name, declaration)
    {
        declaration.ExpectKeys("type", "description", "variable", "default");
        Default = OptionValue.Of(declaration.Bool("default"));
    }

    public override OptionValue Default { get; }

    public override OptionValue Read(MappingNode values) => OptionValue.Of(values.Bool(Name));

    public override OptionValue Parse(string text) => text switch
    {
        "True" or "true" => OptionValue.True,
        "False" or "false" => OptionValue.False,
        _ => throw Invalid(null, $"Invalid value for boolean option {Name}: '{text}', it is True or False"),
    };

    public override string Export(OptionValue value) => value == OptionValue.True ? "1" : "0";
}

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
