using System.Collections.Immutable;
using Bistro.Builder.Builds;
using Bistro.Model.Elements;
using Bistro.Model.Errors;

namespace Bistro.Builder.Images.Permissions;

/// <summary>Collects the <c>files</c> tables that apply to an image.</summary>
internal static class ImageRules
{
    private const int WorldWritable = 0x3FF; // 01777

    /// <summary>What a composed image has without being asked: the directories for temporary files are usable by every user.</summary>
    public static ImmutableArray<DeclaredRule> Defaults { get; } = [.. new[] { "/tmp", "/var/tmp" }.Select(path =>
        new DeclaredRule(new FileRule(path, Provenance.None) { Mode = WorldWritable, IsOptional = true }, RuleRank.Default, Element: null, IsSelected: false))];

    /// <summary>The tables of the elements whose files are in the image, and of the element that the image is made for.</summary>
    /// <param name="image">The element that the image is made for.</param>
    /// <param name="contents">The elements in the image, with their runtime dependencies.</param>
    /// <exception cref="LoadException">A table is wrong. All mistakes are reported together.</exception>
    public static ImmutableArray<DeclaredRule> Of(Element image, IEnumerable<Element> contents)
    {
        var errors = new LoadErrors();
        var rules = ImmutableArray.CreateBuilder<DeclaredRule>();
        var seen = new HashSet<Element>();
        foreach (var element in contents.Prepend(image))
            Add(element, isSelected: false);
        var selecting = new Stack<Element>(seen);
        while (selecting.TryPop(out var selector))
        {
            foreach (var element in SelectedBy(selector))
            {
                if (Add(element, isSelected: true))
                    selecting.Push(element);
            }
        }
        errors.ThrowIfAny();
        return rules.DrainToImmutable();

        bool Add(Element element, bool isSelected)
        {
            if (!seen.Add(element))
                return false;
            try
            {
                var rank = element == image ? RuleRank.Image : RuleRank.Content;
                rules.AddRange(FileRuleReader.ReadPublic(element.Public).Select(rule => new DeclaredRule(rule, rank, element, isSelected)));
            }
            catch (LoadException mistake)
            {
                errors.Add(mistake);
            }
            return true;
        }
    }

    /// <summary>The rules of an image's entry in <c>bistro.yaml</c>.</summary>
    public static IEnumerable<DeclaredRule> Of(ImmutableArray<FileRule> configured) =>
        configured.Select(rule => new DeclaredRule(rule, RuleRank.Configuration, Element: null, IsSelected: false));

    // The files of these elements reach the image through an element that only chooses among them.
    private static IEnumerable<Element> SelectedBy(Element selector) =>
        selector.Configuration is IFileSelection selection ? selection.ChosenFrom(selector) : [];
}
