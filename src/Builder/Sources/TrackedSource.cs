using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources;

/// <summary>What tracking a source found.</summary>
/// <param name="Source">The source, with the ref that it had.</param>
/// <param name="Ref">The newest ref, the kind's <see cref="ISourceKind.RefMembers"/>; null when the source has nothing to track.</param>
public sealed record TrackedSource(Source Source, MappingNode? Ref)
{
    /// <summary>Whether the newest ref is another one than the source has.</summary>
    public bool IsChanged => Ref is not null && Source.Kind.RefMembers.Any(member => !AreEqual(Ref[member], Source.Draft.Members[member]));

    /// <summary>The source with the newest ref.</summary>
    public Source Newest
    {
        get
        {
            if (!IsChanged)
                return Source;
            var members = Source.Kind.RefMembers.Aggregate(
                Source.Draft.Members, (members, name) => Ref![name] is { } value ? members.With(name, value) : members.Without(name));
            var draft = Source.Draft with { Members = members };
            return Source with { Configuration = Source.Kind.Configure(draft), Draft = draft };
        }
    }

    private static bool AreEqual(Node? left, Node? right) => (left, right) switch
    {
        (null, null) => true,
        (ScalarNode one, ScalarNode other) => one.Value == other.Value,
        (SequenceNode one, SequenceNode other) => one.Items.Length == other.Items.Length && one.Items.Zip(other.Items).All(pair => AreEqual(pair.First, pair.Second)),
        (MappingNode one, MappingNode other) => one.Members.Length == other.Members.Length && one.Members.All(member => AreEqual(member.Value, other[member.Key])),
        _ => false,
    };
}
