using System.Collections.Immutable;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Git;

/// <summary>Which submodules are checked out and from where: the members <c>checkout-submodules</c> and <c>submodules</c> of <c>git</c> and <c>git_tag</c>.</summary>
/// <param name="Checkout">Whether submodules that are not named are checked out.</param>
/// <param name="Named">The named ones.</param>
public sealed record GitSubmodules(bool Checkout, ImmutableArray<GitSubmodule> Named)
{
    public static GitSubmodules Read(SourceDraft source)
    {
        var named = source.Members.OptionalMapping("submodules") ?? MappingNode.Empty;
        return new GitSubmodules(
            source.Members.Bool("checkout-submodules", true),
            [.. named.Members.Select(member => GitSubmodule.Read(source, member.Key, named.Mapping(member.Key)))]);
    }

    /// <summary>Whether the submodule at this path of the whole repository is checked out.</summary>
    public bool IsCheckedOut(string path) => Named.FirstOrDefault(module => module.Path == path)?.Checkout ?? Checkout;

    /// <summary>Adds what differs from the defaults to a key that is a list.</summary>
    public void AddTo(List<KeyValue> key)
    {
        if (!Checkout)
            key.Add(KeyValue.Of(("checkout_submodules", false)));
        if (!Named.IsEmpty)
            key.Add(KeyMembers.Of(Named, module => module.Path, module => module.Url));
        var switched = Named.Where(module => module.Checkout is not null).ToArray();
        if (switched.Length > 0)
            key.Add(KeyValue.Of(
                ("submodule_checkout_overrides", KeyMembers.Of(switched, module => module.Path, module => module.Checkout!.Value))));
    }
}

/// <summary>A submodule that the project says something of.</summary>
/// <param name="Path">Its place in the repository.</param>
/// <param name="Url">Where it is fetched from instead, as written; null for where the repository says.</param>
/// <param name="Checkout">Whether it is checked out; null for the general rule.</param>
public sealed record GitSubmodule(string Path, string? Url, bool? Checkout)
{
    public static GitSubmodule Read(SourceDraft source, string path, MappingNode module)
    {
        if (module.Scalar("url") is { Value.Length: > 0 } url)
            source.TranslateUrl(url);
        return new GitSubmodule(path, module.OptionalText("url"), module.Scalar("checkout")?.Bool("checkout"));
    }
}
