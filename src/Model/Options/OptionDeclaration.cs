using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Options;

/// <summary>An entry of <c>options</c> in project.conf: there is one file per type, which reads its values.</summary>
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
