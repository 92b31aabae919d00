using System.Net;
using Bistro.Registry.Names;

namespace Bistro.Registry.Auth;

/// <summary>All access rules. An action is allowed if any rule allows it.</summary>
public sealed class AccessRules(IReadOnlyList<AccessRule> rules)
{
    /// <summary>
    /// The rules of a server without configured rules. On loopback all callers may do everything; on other addresses they
    /// may only pull and build.
    /// </summary>
    /// <param name="isBehindProxy">Whether a proxy passes on what clients elsewhere send.</param>
    public static AccessRules Default(IEnumerable<IPEndPoint> listen, bool isBehindProxy)
    {
        var isLocal = !isBehindProxy && listen.All(endpoint => IPAddress.IsLoopback(endpoint.Address));
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
