using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Options;

/// <summary>The <c>options</c> of a project.</summary>
public sealed class OptionDeclarations
{
    private readonly ImmutableArray<OptionDeclaration> _declarations;

    private OptionDeclarations(ImmutableArray<OptionDeclaration> declarations) => _declarations = declarations;

    /// <exception cref="LoadException">A declaration is wrong.</exception>
    public static OptionDeclarations Load(MappingNode options, OptionHost host)
    {
        var declarations = ImmutableArray.CreateBuilder<OptionDeclaration>(options.Members.Length);
        foreach (var name in options.Members.Select(member => member.Key))
            declarations.Add(OptionDeclaration.Load(name, options.Mapping(name), host));
        return new OptionDeclarations(declarations.MoveToImmutable());
    }

    /// <summary>Gives every option its value: the default, then the files, then the command line.</summary>
    /// <param name="files">Values by option, the later ones win: of the junction, of the user's configuration.</param>
    /// <param name="commandLine">Names and values as given.</param>
    /// <param name="ignoreUnknown">
    /// Whether an option of the command line may be missing here: it may be declared in what is not yet included.
    /// </param>
    /// <exception cref="LoadException">An option is unknown, or a value is not valid for it.</exception>
    public OptionSet Resolve(
        IEnumerable<MappingNode> files, IEnumerable<KeyValuePair<string, string>> commandLine, bool ignoreUnknown = false)
    {
        var values = _declarations.ToDictionary(option => option.Name, option => option.Default, StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var (name, given, _) in file.Members)
                values[name] = (Find(name) ?? throw Unknown(given.Provenance, $"Unknown option '{name}' specified")).Read(file);
        }

        foreach (var (name, text) in commandLine)
        {
            if (Find(name) is { } option)
                values[name] = option.Parse(text);
            else if (!ignoreUnknown)
                throw Unknown(null, $"Unknown option '{name}' specified on the command line");
        }

        foreach (var option in _declarations)
            option.ExpectValid(values[option.Name]);
        return new OptionSet(_declarations, values);
    }

    private OptionDeclaration? Find(string name) => _declarations.FirstOrDefault(option => option.Name == name);

    private LoadException Unknown(Provenance? where, string message) => new(
        LoadErrorReason.InvalidData,
        where,
        _declarations.IsEmpty
            ? $"{message}: the project declares none"
            : $"{message}: the project declares {string.Join(", ", _declarations.Select(option => option.Name))}");
}
