using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Errors;

namespace Bistro.Builder.Images.Permissions;

/// <summary>The <c>files</c> tables of elements: what is wrong with them, and what they make of files that are written as an archive, but not as an image.</summary>
public static class DeclaredFiles
{
    /// <summary>The mistakes in an element's table, as far as they show without the files.</summary>
    public static IEnumerable<LoadError> FindMistakes(Element element)
    {
        try
        {
            FileRuleReader.ReadPublic(element.Public);
            return [];
        }
        catch (LoadException mistakes)
        {
            return mistakes.Errors;
        }
    }

    /// <summary>The tree with the attributes that are declared for it. A rule may match nothing: not all of an image need be there.</summary>
    /// <param name="trees">The store of the tree.</param>
    /// <param name="tree">The files.</param>
    /// <param name="element">The element, whose table overrides the others.</param>
    /// <param name="contents">The elements whose files are in the tree.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="LoadException">A table is wrong or contradicts another one.</exception>
    public static async Task<Digest> DeclareAsync(
        this TreeStore trees, Digest tree, Element element, IEnumerable<Element> contents, CancellationToken cancellationToken)
    {
        var (rules, draft) = (new FileRuleSet(trees), trees.BeginDraft());
        var declared = rules.Apply(ImageRules.Of(element, contents), draft, tree);
        rules.ThrowIfWrong();
        return await draft.CommitAsync(declared, cancellationToken);
    }
}
