using Bistro.Model.Composition;
using Bistro.Model.Errors;
using Bistro.Model.Options;
using Bistro.Model.Yaml;

namespace Bistro.Model.Configuration;

/// <summary>A file of refs, <c>project.refs</c> or <c>junction.refs</c>: <c>projects: NAME: ELEMENT: [{ref: …}]</c>, an entry a source.</summary>
internal sealed class SourceRefs
{
    public const string ProjectFile = "project.refs";
    public const string JunctionFile = "junction.refs";

    private readonly MappingNode _projects;

    private SourceRefs(MappingNode projects) => _projects = projects;

    /// <summary>Nothing is kept there.</summary>
    public static SourceRefs Empty { get; } = new(MappingNode.Empty);

    /// <param name="content">The file, or null where there is none yet.</param>
    /// <param name="options">The options for its conditions.</param>
    /// <exception cref="LoadException">The file is wrong.</exception>
    public static SourceRefs Read(MappingNode? content, OptionSet options)
    {
        if (content is null)
            return Empty;
        content = Conditions.Process(content, options);
        Directive.ExpectNoneOfLists(content);
        content.ExpectKeys("projects");
        return new SourceRefs(content.OptionalMapping("projects") ?? MappingNode.Empty);
    }

    /// <summary>The ref of a source; null if there is none.</summary>
    public MappingNode? Find(string project, string element, int source) =>
        _projects[project] is MappingNode elements
        && elements[element] is SequenceNode sources
        && source < sources.Items.Length
            ? sources.Items[source] as MappingNode
            : null;
}
