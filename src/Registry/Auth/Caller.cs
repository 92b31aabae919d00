using Bistro.Registry.Names;

namespace Bistro.Registry.Auth;

/// <summary>The sender of a request with its permissions for each repository.</summary>
public abstract class Caller(Identity identity)
{
    public Identity Identity { get; } = identity;

    /// <summary>Whether the caller may do all of these.</summary>
    public bool May(RepositoryActions actions, RepositoryName repository) => (Allowed(repository) & actions) == actions;

    /// <summary>Whether the caller may list repositories.</summary>
    public virtual bool MayList => true;

    /// <summary>Whether the list for this caller may contain that repository.</summary>
    public virtual bool MaySee(RepositoryName repository) => May(RepositoryActions.Pull, repository);

    protected abstract RepositoryActions Allowed(RepositoryName repository);
}

/// <summary>A caller with the permissions that the rules give its identity.</summary>
public sealed class RuledCaller(Identity identity, AccessRules rules) : Caller(identity)
{
    protected override RepositoryActions Allowed(RepositoryName repository) => rules.Allowed(Identity, repository);
}

/// <summary>A caller whose token lists its permissions.</summary>
/// <param name="isForCatalogue">Whether the token allows listing repositories. The list contains those that the rules let its bearer pull.</param>
public sealed class TokenCaller(
    Identity identity, IReadOnlyDictionary<string, RepositoryActions> access, bool isForCatalogue, AccessRules rules) : Caller(identity)
{
    public override bool MayList => isForCatalogue;

    public override bool MaySee(RepositoryName repository) => rules.Allowed(Identity, repository).HasFlag(RepositoryActions.Pull);

    protected override RepositoryActions Allowed(RepositoryName repository) => access.GetValueOrDefault(repository.Value);
}
