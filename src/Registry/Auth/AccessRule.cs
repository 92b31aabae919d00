namespace Bistro.Registry.Auth;

/// <summary>Allows some callers some actions in some repositories.</summary>
/// <param name="Who">User names, <c>@group</c> names, <c>@authenticated</c> or <c>@anonymous</c>; an anonymous rule applies to all callers.</param>
public sealed record AccessRule(IReadOnlyList<string> Who, IReadOnlyList<RepositoryPattern> Repositories, RepositoryActions Actions)
{
    public const string Authenticated = "@authenticated";
    public const string Anonymous = "@anonymous";

    public bool Names(Identity identity) => Who.Any(who => who switch
    {
        Anonymous => true,
        Authenticated => identity.Name is not null,
        ['@', .. var group] => identity.Groups.Contains(group, StringComparer.Ordinal),
        _ => who == identity.Name,
    });
}
