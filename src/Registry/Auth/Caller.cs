using Bistro.Registry.Names;

namespace Bistro.Registry.Auth;

/// <summary>Who sent a request, as far as it matters: what he may do with which repository.</summary>
public abstract class Caller(Identity identity)
{
    public Identity Identity { get; } = identity;

    /// <summary>Whether he may do all of these.</summary>
    public bool May(RepositoryActions actions, RepositoryName repository) => (Allowed(repository) & actions) == actions;

    /// <summary>Whether he may ask for the list of repositories.</summary>
    public virtual bool MayList => true;

    /// <summary>Whether that repository may be shown to him in the list.</summary>
    public virtual bool MaySee(RepositoryName repository) => May(RepositoryActions.Pull, repository);

    protected abstract RepositoryActions Allowed(RepositoryName repository);
}

/// <summary>A caller whose rights are those that the rules give to his identity.</summary>
public sealed class RuledCaller(Identity identity, AccessRules rules) : Caller(identity)
{
    protected override RepositoryActions Allowed(RepositoryName repository) => rules.Allowed(Identity, repository);
}

/// <summary>A caller whose token lists his rights.</summary>
/// <param name="isForCatalogue">Whether the token was made to list repositories: those that the rules let its bearer pull.</param>
public sealed class TokenCaller(
    Identity identity, IReadOnlyDictionary<string, RepositoryActions> access, bool isForCatalogue, AccessRules rules) : Caller(identity)
{
    public override bool MayList => isForCatalogue;

    public override bool MaySee(RepositoryName repository) => rules.Allowed(Identity, repository).HasFlag(RepositoryActions.Pull);

    protected override RepositoryActions Allowed(RepositoryName repository) => access.GetValueOrDefault(repository.Value);
}
