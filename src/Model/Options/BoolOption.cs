using Bistro.Model.Yaml;

namespace Bistro.Model.Options;

/// <summary>True or false.</summary>
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
