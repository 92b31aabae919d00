using Bistro.Registry.Distribution;

namespace Bistro.Registry.Auth;

/// <summary>Who sent a request, as far as it matters: what he may do with which repository.</summary>
public abstract class Caller
{
    /// <summary>Somebody on a server that asks nobody who he is.</summary>
    public static Caller Unrestricted { get; } = new UnrestrictedCaller();

    /// <summary>A stable name to count requests and builds by.</summary>
    public abstract string Name { get; }

    /// <summary>Whether he may do all of these.</summary>
    public abstract bool May(RepositoryActions actions, RepositoryName repository);

    private sealed class UnrestrictedCaller : Caller
    {
        public override string Name => "anonymous";

        public override bool May(RepositoryActions actions, RepositoryName repository) => true;
    }
}
