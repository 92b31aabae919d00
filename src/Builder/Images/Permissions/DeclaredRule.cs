using Bistro.Model.Elements;

namespace Bistro.Builder.Images.Permissions;

/// <summary>Who declares a rule. A later one overrides an earlier one.</summary>
internal enum RuleRank
{
    /// <summary>Bistro itself.</summary>
    Default,

    /// <summary>An element whose files are in the image.</summary>
    Content,

    /// <summary>The element that the image is made for.</summary>
    Image,

    /// <summary><c>bistro.yaml</c>.</summary>
    Configuration,
}

/// <summary>A rule of an image, with its declarer.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Rank">Its precedence.</param>
/// <param name="Element">The element that declares it; null for the configuration and for Bistro.</param>
/// <param name="IsSelected">Whether only some of that element's files are in the image, because a <c>compose</c> or <c>filter</c> chose them.</param>
internal sealed record DeclaredRule(FileRule Rule, RuleRank Rank, Element? Element, bool IsSelected);
