using System.Net;
using Bistro.Registry.Names;

namespace Bistro.Registry.Auth;

/// <summary>All rules together: what any of them allows is allowed.</summary>
public sealed class AccessRules(IReadOnlyList<AccessRule> rules)
{
    /// <summary>
    /// The rules of a server that was told none. On loopback everybody may do everything; to the outside it only reads,
    /// until somebody says who may write.
    /// </summary>
    public static AccessRules Default(IEnumerable<IPEndPoint> listen)
    {
        var isLocal = listen.All(endpoint => IPAddress.IsLoopback(endpoint.Address));
        var actions = isLocal ? RepositoryActions.All : RepositoryActions.Pull | RepositoryActions.Build;
        return new AccessRules([new AccessRule([AccessRule.Anonymous], [RepositoryPattern.Everything], actions)]);
    }

    public RepositoryActions Allowed(Identity identity, RepositoryName repository)
    {
        var allowed = RepositoryActions.None;
        foreach (var rule in rules)
        {
            if ((allowed | rule.Actions) != allowed && rule.Names(identity) && rule.Repositories.Any(pattern => pattern.Matches(repository)))
                allowed |= rule.Actions;
        }

        return allowed;
    }
}
