using System.Collections.Concurrent;
using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Composition;

/// <summary>
/// Composes included files under the files that include them. A file is processed once per project, however many elements include
/// it. Thread-safe.
/// </summary>
public sealed class Includes
{
    private readonly YamlFiles _files;
    private readonly bool _localOnly;
    private readonly bool _judgesConditions;
    private readonly ConcurrentDictionary<Key, MappingNode> _completed = new();

    /// <param name="files">Where files are read.</param>
    /// <param name="localOnly">Skips files behind junctions: project.conf is read this way to find its junctions.</param>
    /// <param name="judgesConditions">
    /// False leaves the <c>(?)</c> of the first project: project.conf evaluates them when its options are known. Those of other
    /// projects are always evaluated.
    /// </param>
    public Includes(YamlFiles files, bool localOnly = false, bool judgesConditions = true)
    {
        _files = files;
        _localOnly = localOnly;
        _judgesConditions = judgesConditions;
    }

    /// <summary>The mapping with its conditions evaluated and its includes composed under it, at any depth.</summary>
    /// <exception cref="LoadException">A file is missing, wrong or includes itself, or a condition or composition is wrong.</exception>
    public MappingNode Process(MappingNode node, IIncludeScope scope) =>
        Process(node, new Chain(null, scope, null, _judgesConditions));

    private MappingNode Process(MappingNode node, Chain chain) =>
        ProcessIncludes(chain.JudgesConditions ? Conditions.Process(node, chain.Scope.Options) : node, chain);

    private MappingNode ProcessIncludes(MappingNode node, Chain chain)
    {
        if (!node.Has(NodeMarks.Include))
            return node;
        // BuildStream leaves an empty list in place, which is then an unknown key.
        if (node[Directive.Include] is { } include and not SequenceNode { Items.IsEmpty: true })
        {
            node = node.Without(Directive.Include);
            // Each file is composed over the next one, so the last is composed under the mapping first.
            foreach (var file in Listed(include).Reverse())
                if (!_localOnly || !file.Value.Contains(':'))
                    node = Composer.ComposeUnder(node, Complete(file, include, chain));
        }

        return NodeRewriter.Rewrite(node, NodeMarks.Include, child => ProcessIncludes(child, chain));
    }

    private static ImmutableArray<ScalarNode> Listed(Node include) => include switch
    {
        ScalarNode file => [file],
        SequenceNode files => [.. files.Items.Select(file => file as ScalarNode ?? throw NotAFile(file))],
        _ => throw NotAFile(include),
    };

    private static LoadException NotAFile(Node node) => new(
        LoadErrorReason.InvalidData, node.Provenance, "Value of '(@)' is not one of the following: list, scalar");

    private MappingNode Complete(ScalarNode include, Node place, Chain chain)
    {
        var split = include.Value.LastIndexOf(':');
        var scope = split < 0 ? chain.Scope : chain.Scope.Enter(include.Value[..split], include);
        var crosses = scope != chain.Scope;
        var file = scope.Locate(include.Value[(split + 1)..], include);
        var key = new Key(scope, file.Path ?? file.Name, crosses, chain.JudgesConditions || crosses);
        if (_completed.TryGetValue(key, out var completed))
            return completed;

        if (chain.Holds(file))
            throw new LoadException(
                LoadErrorReason.RecursiveInclude, place.Provenance, $"trying to recursively include {file.Name}");
        chain.ExpectRoom(include);
        var content = _files.Read(file, include.Provenance);
        if (crosses)
            content = scope.Variables.Expand(content);
        completed = Process(content, new Chain(chain, scope, file, key.JudgesConditions));
        return _completed.GetOrAdd(key, completed);
    }

    private readonly record struct Key(IIncludeScope Scope, string Path, bool Expanded, bool JudgesConditions);

    /// <summary>The files that are being included into each other, the innermost first.</summary>
    private sealed record Chain(Chain? Outer, IIncludeScope Scope, SourceFile? File, bool JudgesConditions)
    {
        private const int MaximumLength = 100;

        public bool Holds(SourceFile file)
        {
            for (var link = this; link is not null; link = link.Outer)
                if (link.File is { } including && including.Path == file.Path && including.Name == file.Name)
                    return true;
            return false;
        }

        public void ExpectRoom(ScalarNode include)
        {
            var length = 0;
            for (var link = this; link is not null; link = link.Outer)
                length++;
            if (length > MaximumLength)
                throw new LoadException(
                    LoadErrorReason.RecursiveInclude, include.Provenance, $"Files include each other more than {MaximumLength} deep");
        }
    }
}
