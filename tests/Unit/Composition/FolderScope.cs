using Bistro.Model.Composition;
using Bistro.Model.Errors;
using Bistro.Model.Options;
using Bistro.Model.Projects;
using Bistro.Model.Variables;
using Bistro.Model.Yaml;
using Bistro.Unit.Options;
using Bistro.Unit.Yaml;

namespace Bistro.Unit.Composition;

/// <summary>A folder that stands for a project.</summary>
/// <param name="directory">Its absolute path.</param>
/// <param name="prefix">What its files are called by before their path.</param>
/// <param name="options">Declarations, in YAML.</param>
/// <param name="variables">In YAML.</param>
/// <param name="junction">What every junction leads to; null where there is none.</param>
internal sealed class FolderScope(string directory, string prefix, string options, string variables, FolderScope? junction) : IIncludeScope
{
    public OptionSet Options { get; } = TestOptions.Resolve(options);

    public VariableSet Variables { get; } = VariableSet.Create(TestYaml.Read(variables));

    public SourceFile Locate(string path, ScalarNode include) => ProjectFiles.Escapes(path)
        ? throw new LoadException(LoadErrorReason.ProjPathInvalid, include.Provenance, $"'{path}' leads out of the project")
        : new SourceFile(prefix + path, Path.Combine(directory, path));

    public IIncludeScope Enter(string path, ScalarNode include) => junction
        ?? throw new LoadException(LoadErrorReason.MissingFile, include.Provenance, $"There is no junction '{path}'");
}
