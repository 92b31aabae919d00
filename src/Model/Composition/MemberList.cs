using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Composition;

/// <summary>Builds a mapping from the members of another: some are replaced and some added.</summary>
internal struct MemberList
{
    private readonly MappingNode _start;
    private readonly Member[] _members;
    private int _count;

    /// <param name="start">Where it starts from; finding a key costs what it costs there.</param>
    /// <param name="additions">How many members may be added at most.</param>
    public MemberList(MappingNode start, int additions)
    {
        _start = start;
        _count = start.Members.Length;
        _members = new Member[_count + additions];
        start.Members.CopyTo(_members);
    }

    /// <summary>The value at the key as <see cref="Set"/> left it, if the start had the key; added members are not looked at.</summary>
    public readonly Node? Find(string key) => _start.IndexOf(key) is >= 0 and var index ? _members[index].Value : null;

    /// <summary>Replaces the value where the start had the key, else adds the member. Each key is set once.</summary>
    public void Set(Member member)
    {
        if (_start.IndexOf(member.Key) is >= 0 and var index)
            _members[index] = _members[index] with { Value = member.Value };
        else
            _members[_count++] = member;
    }

    public readonly MappingNode ToMapping(Provenance provenance) => new(
        _count == _members.Length
            ? ImmutableCollectionsMarshal.AsImmutableArray(_members)
            : ImmutableArray.Create(_members, 0, _count),
        provenance);
}
