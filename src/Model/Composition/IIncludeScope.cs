using Bistro.Model.Errors;
using Bistro.Model.Options;
using Bistro.Model.Variables;
using Bistro.Model.Yaml;

namespace Bistro.Model.Composition;

/// <summary>The project that a text with <c>(@)</c> belongs to. A project has one scope: the same object each time.</summary>
public interface IIncludeScope
{
    /// <summary>The options that conditions in its files are evaluated with.</summary>
    OptionSet Options { get; }

    /// <summary>The variables for files of this project that another one includes.</summary>
    VariableSet Variables { get; }

    /// <summary>Finds the file to include.</summary>
    /// <param name="path">As written, relative to the project, without the junction.</param>
    /// <param name="include">The place to report.</param>
    /// <exception cref="LoadException">The path leads out of the project.</exception>
    SourceFile Locate(string path, ScalarNode include);

    /// <summary>The scope behind a junction of this project (<c>a.bst</c>, <c>a.bst:b.bst</c>), loaded.</summary>
    /// <exception cref="LoadException">There is no such junction, or it cannot be loaded.</exception>
    IIncludeScope Enter(string junction, ScalarNode include);
}
