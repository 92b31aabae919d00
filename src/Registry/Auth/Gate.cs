using System.Globalization;
using Bistro.Registry.Errors;
using Bistro.Registry.Names;

namespace Bistro.Registry.Auth;

/// <summary>Authorises requests before anything is looked up, so that callers learn nothing about repositories that they may not see.</summary>
/// <param name="rates">Null if requests are not limited.</param>
public sealed class Gate(Authenticator authenticator, RequestRates? rates)
{
    /// <summary>The caller; null if the request was refused and answered.</summary>
    public async ValueTask<Caller?> AdmitAsync(HttpContext context, ApiPath path, RepositoryActions needed)
    {
        if (!await CountAsync(context))
            return null;
        var caller = await authenticator.AuthenticateAsync(context.Request, context.RequestAborted);
        if (caller is null)
        {
            await ChallengeAsync(context, Scope(path, needed), "The credentials are wrong or have expired.");
            return null;
        }

        switch (path)
        {
            case ApiPath.InRepository { Repository: var repository } when !caller.May(needed, repository):
                await RefuseAsync(context, caller, Scope(path, needed), repository, needed);
                return null;
            // Clients call this endpoint to learn how to authenticate, and do so only after a challenge.
            case ApiPath.Ping when authenticator.AsksForCredentials && context.Request.Headers.Authorization.Count == 0:
                await ChallengeAsync(context, null, "Say who you are.");
                return null;
            case ApiPath.Catalog when !caller.MayList || (authenticator.AsksForCredentials && caller.Identity.Name is null):
                await ChallengeAsync(context, Scope(path, needed), "Say who you are to list repositories.");
                return null;
            default:
                return caller;
        }
    }

    /// <summary>Counts the request; false if the client exceeded its limit and was refused.</summary>
    public async ValueTask<bool> CountAsync(HttpContext context)
    {
        if (rates?.Take(context.Connection.RemoteIpAddress) is not { } wait || wait == TimeSpan.Zero)
            return true;
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await ErrorResponse.WriteAsync(context, new OciError(Refusal.TooManyRequests, "You send too many requests."));
        return false;
    }

    private Task RefuseAsync(HttpContext context, Caller caller, string? scope, RepositoryName repository, RepositoryActions needed)
    {
        var message = $"You may not {needed.ToString().ToLowerInvariant()} in {repository}.";
        // An anonymous caller may have the permission after authentication; a token can be exchanged for one with more permissions.
        return authenticator.AsksForCredentials && (caller.Identity.Name is null || caller is TokenCaller)
            ? ChallengeAsync(context, scope, message)
            : ErrorResponse.WriteAsync(context, new OciError(Refusal.Denied, message));
    }

    private Task ChallengeAsync(HttpContext context, string? scope, string message)
    {
        context.Response.Headers.WWWAuthenticate = authenticator.Challenge(context.Request, scope);
        return ErrorResponse.WriteAsync(context, new OciError(Refusal.Unauthorized, message));
    }

    private static string? Scope(ApiPath path, RepositoryActions needed) => path switch
    {
        ApiPath.InRepository { Repository: var repository } => $"repository:{repository}:{needed switch
        {
            RepositoryActions.Pull => "pull",
            RepositoryActions.Push => "pull,push",
            _ => "delete",
        }}",
        ApiPath.Catalog => "registry:catalog:*",
        _ => null,
    };
}
