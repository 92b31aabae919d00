using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Git;

/// <summary>A tag that is kept when the repository is staged, so that <c>git describe</c> works there.</summary>
public sealed record GitHistoryTag(string Tag, string Commit, bool IsAnnotated)
{
    public static GitHistoryTag Read(MappingNode tag)
    {
        tag.ExpectKeys("tag", "commit", "annotated");
        return new GitHistoryTag(tag.Text("tag"), tag.Text("commit"), tag.Bool("annotated"));
    }
}
