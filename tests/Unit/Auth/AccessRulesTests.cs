using System.Net;
using Bistro.Registry.Auth;
using Bistro.Registry.Names;

namespace Bistro.Unit.Auth;

public sealed class AccessRulesTests
{
    private static readonly RepositoryName Team = RepositoryName.Parse("team/app");
    private static readonly Identity Alice = new("alice", ["developers"]);
    private static readonly Identity Bob = new("bob", []);

    private static readonly AccessRules Rules = new(
    [
        new AccessRule([AccessRule.Anonymous], [new("public/**")], RepositoryActions.Pull),
        new AccessRule([AccessRule.Authenticated], [new("**")], RepositoryActions.Pull | RepositoryActions.Build),
        new AccessRule(["@developers"], [new("team/*")], RepositoryActions.Push),
        new AccessRule(["bob"], [new("team/*")], RepositoryActions.Delete),
    ]);

    [Fact]
    public void What_any_rule_allows_is_allowed() =>
        Assert.Equal(RepositoryActions.Pull | RepositoryActions.Build | RepositoryActions.Push, Rules.Allowed(Alice, Team));

    [Fact]
    public void Rule_for_one_user_holds_for_no_other() =>
        Assert.Equal(RepositoryActions.Pull | RepositoryActions.Build | RepositoryActions.Delete, Rules.Allowed(Bob, Team));

    [Fact]
    public void An_unknown_user_gets_what_all_users_get()
    {
        Assert.Equal(RepositoryActions.Pull, Rules.Allowed(Identity.Anonymous, RepositoryName.Parse("public/x")));
        Assert.Equal(RepositoryActions.None, Rules.Allowed(Identity.Anonymous, Team));
    }

    [Fact]
    public void Without_rules_all_users_may_do_everything_on_loopback_alone()
    {
        Assert.Equal(RepositoryActions.All, AccessRules.Default([new IPEndPoint(IPAddress.Loopback, 1)], isBehindProxy: false).Allowed(Identity.Anonymous, Team));
        // What a proxy on this machine passes on comes from elsewhere.
        Assert.Equal(
            RepositoryActions.Pull | RepositoryActions.Build,
            AccessRules.Default([new IPEndPoint(IPAddress.Loopback, 1)], isBehindProxy: true).Allowed(Identity.Anonymous, Team));
        var open = AccessRules.Default([new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Any, 1)], isBehindProxy: false);
        Assert.Equal(RepositoryActions.Pull | RepositoryActions.Build, open.Allowed(Identity.Anonymous, Team));
    }
}
