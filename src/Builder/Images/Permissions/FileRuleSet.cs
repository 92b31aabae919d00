using System.Collections.Immutable;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Folders;

namespace Bistro.Builder.Images.Permissions;

/// <summary>
/// Applies rules to the filesystems of one element's images: each gives a tree whose entries carry the attributes that are
/// declared for them. For one thread.
/// </summary>
internal sealed class FileRuleSet(TreeStore trees)
{
    private readonly HashSet<(Provenance, Element?)> _matched = [];
    private readonly Dictionary<(Provenance, Element?), DeclaredRule> _applied = [];
    private readonly LoadErrors _errors = new();

    /// <summary>The tree with the attributes that the rules declare.</summary>
    public Digest Apply(IReadOnlyCollection<DeclaredRule> rules, TreeDraft draft, Digest tree)
    {
        foreach (var rule in rules)
            _applied.TryAdd(IdentityOf(rule), rule);
        var size = draft.Measure(tree);
        return (rules.Count == 0 ? size : Apply([.. rules], draft, size, "/", EntryAttributes.Of(draft.Read(tree).Properties))).Hash;
    }

    /// <summary>Reports rules that matched nothing in any of the images, and everything else that was wrong.</summary>
    /// <param name="artifact">The files of an element's own artifact, or null where the store does not have it.</param>
    /// <param name="tree">An image's filesystem, to explain what is missing.</param>
    /// <exception cref="LoadException">Something was wrong; all mistakes are reported together.</exception>
    public void Check(Func<DeclaredRule, Digest?> artifact, Digest tree)
    {
        foreach (var (identity, declared) in _applied)
        {
            var rule = declared.Rule;
            if (rule.IsOptional || _matched.Contains(identity))
                continue;
            // What a compose or filter leaves out is no mistake of the element that it chose from.
            if (declared.IsSelected && (artifact(declared) is not { } own || Exists(rule, own)))
                continue;
            _errors.Add(LoadErrorReason.InvalidData, rule.Where, $"'{rule.Path}' matches nothing in the image{Explain(rule, tree)}");
        }
        ThrowIfWrong();
    }

    /// <exception cref="LoadException">Rules contradict each other or the files that they match.</exception>
    public void ThrowIfWrong() => _errors.ThrowIfAny();

    private SizedDigest Apply(List<DeclaredRule> rules, TreeDraft draft, SizedDigest tree, string path, EntryAttributes own) =>
        FolderFold.Run<RuledDirectory, SizedDigest>(
            new RuledDirectory(tree, draft.Read(tree.Hash), path, rules, own),
            directory => Enter(draft, directory),
            (directory, below) => Rebuild(draft, directory, below));

    /// <summary>The directories below that rules concern.</summary>
    private List<RuledDirectory> Enter(TreeDraft draft, RuledDirectory above)
    {
        foreach (var node in above.Contents.Nodes.OfType<DirectoryNode>())
        {
            var path = TreePath.Join(above.Path, node.Name);
            var matching = above.Rules.FindAll(rule => rule.Rule.Matches(path));
            var below = above.Rules.FindAll(rule => rule.Rule.MayMatchBelow(path));
            if (matching.Count == 0 && below.Count == 0)
                continue;
            var contents = draft.Read(node.Tree.Hash);
            var own = EntryAttributes.Of(contents.Properties);
            above.Entered.Add(new RuledDirectory(node.Tree, contents, path, below, matching.Count == 0 ? own : Combine(matching, node, path, own)) { Name = node.Name });
        }
        return above.Entered;
    }

    private SizedDigest Rebuild(TreeDraft draft, RuledDirectory directory, IReadOnlyList<SizedDigest> below)
    {
        var next = 0;
        var nodes = directory.Contents.Nodes.Select(node =>
        {
            if (node is DirectoryNode child)
            {
                return next < below.Count && directory.Entered[next].Name == node.Name
                    ? child with { Tree = below[next++] }
                    : node;
            }
            var path = TreePath.Join(directory.Path, node.Name);
            var matching = directory.Rules.FindAll(rule => rule.Rule.Matches(path));
            return matching.Count == 0 ? node : Change(node, Combine(matching, node, path));
        }).ToArray();
        var properties = directory.Own.ToProperties();
        return nodes.AsSpan().SequenceEqual(directory.Contents.Nodes.AsSpan()) && directory.Contents.Properties == properties
            ? directory.Tree
            : draft.Add(TreeDirectory.Create(nodes, properties));
    }

    // Rules are read again for each image of an element.
    private static (Provenance, Element?) IdentityOf(DeclaredRule rule) => (rule.Rule.Where, rule.Element);

    private static TreeNode Change(TreeNode node, EntryAttributes attributes) => node switch
    {
        FileNode file => file with { Properties = attributes.ToProperties() },
        LinkNode link => link with { Properties = attributes.ToProperties() },
        _ => node,
    };

    private EntryAttributes Combine(List<DeclaredRule> matching, TreeNode node, string path, EntryAttributes? own = null)
    {
        own ??= EntryAttributes.Of(trees.PropertiesOf(node));
        var fitting = matching.FindAll(rule => Fits(rule.Rule, node));
        _matched.UnionWith(fitting.Select(IdentityOf));
        var xattrs = own.Xattrs;
        foreach (var name in fitting.SelectMany(rule => XattrsFor(rule.Rule, node)).Select(xattr => xattr.Key).Distinct())
        {
            var value = Decide(path, name, fitting, rule => XattrsFor(rule, node).FirstOrDefault(xattr => xattr.Key == name).Value);
            xattrs = xattrs.SetItem(name, value!);
        }
        return new EntryAttributes
        {
            Mode = Decide(path, "mode", fitting, rule => ModeFor(rule, node)) ?? own.Mode,
            Owner = Decide(path, "owner", fitting, rule => rule.Owner) ?? own.Owner,
            Group = Decide(path, "group", fitting, rule => rule.Group) ?? own.Group,
            Xattrs = xattrs,
        };
    }

    // The highest rank decides; within an element's table the last rule does, and two elements must agree.
    private T? Decide<T>(string path, string what, List<DeclaredRule> rules, Func<FileRule, T?> read)
    {
        var votes = rules
            .Where(rule => read(rule.Rule) is not null)
            .GroupBy(rule => rule.Rank)
            .MaxBy(group => group.Key)?
            .GroupBy(rule => rule.Element)
            .Select(group => group.Last().Rule)
            .ToList();
        if (votes is not [var first, ..])
            return default;
        if (votes.Find(vote => !Equals(read(vote), read(first))) is { } other)
        {
            _errors.Add(
                LoadErrorReason.InvalidData, other.Where,
                $"{other.Where} and {first.Where} declare a different {what} of '{path}'. Decide in the element of the image, whose own table overrides both");
        }
        return read(first);
    }

    private bool Fits(FileRule rule, TreeNode node)
    {
        var isOnlyForOthers = rule.Owner is null && rule.Group is null && ModeFor(rule, node) is null && XattrsFor(rule, node).Length == 0;
        if (!isOnlyForOthers && (rule.IsGlob || ModeFor(rule, node).HasValue == rule.Mode.HasValue && XattrsFor(rule, node).Length == rule.Xattrs.Length))
            return true;
        if (rule.IsGlob)
            return false;
        _errors.Add(LoadErrorReason.InvalidData, rule.Where, node is LinkNode link
            ? $"'{rule.Path}' is a symbolic link to '{link.Target}': only 'owner' and 'group' of a link can be set. Declare the file that it points to"
            : $"'{rule.Path}' is a directory: only files have capabilities");
        return true;
    }

    // A link has no mode. A pattern for files and directories alike leaves directories open to those who may read them (chmod's X).
    private static int? ModeFor(FileRule rule, TreeNode node) => node switch
    {
        LinkNode => null,
        DirectoryNode when rule.IsGlob => rule.Mode | (rule.Mode & 0x124) >> 2,
        _ => rule.Mode,
    };

    private static ImmutableArray<KeyValuePair<string, string>> XattrsFor(FileRule rule, TreeNode node) => node switch
    {
        LinkNode => [],
        DirectoryNode => rule.Xattrs.RemoveAll(xattr => xattr.Key == EntryAttributes.Capability),
        _ => rule.Xattrs,
    };

    private bool Exists(FileRule rule, Digest tree) =>
        rule.IsGlob ? trees.Walk(tree).Any(entry => rule.Matches(entry.Path)) : trees.Find(tree, rule.Path) is not null;

    // Most often a directory above it is a link, as /bin is to usr/bin.
    private string Explain(FileRule rule, Digest tree)
    {
        for (var slash = rule.Stem.IndexOf('/', 1); slash > 0; slash = rule.Stem.IndexOf('/', slash + 1))
        {
            if (trees.Find(tree, rule.Stem[..slash]) is LinkNode link)
                return $": '{rule.Stem[..slash]}' is a symbolic link to '{link.Target}'. Write the path behind the link";
        }
        return "";
    }

    /// <summary>A directory that rules concern.</summary>
    /// <param name="Tree">Its tree before the rules.</param>
    /// <param name="Contents">What the tree contains.</param>
    /// <param name="Path">In the image.</param>
    /// <param name="Rules">Those that may match something in it.</param>
    /// <param name="Own">The attributes that it gets.</param>
    private sealed record RuledDirectory(SizedDigest Tree, TreeDirectory Contents, string Path, List<DeclaredRule> Rules, EntryAttributes Own)
    {
        public string Name { get; init; } = "";

        /// <summary>The directories in it that rules concern, in its order.</summary>
        public List<RuledDirectory> Entered { get; } = [];
    }
}
