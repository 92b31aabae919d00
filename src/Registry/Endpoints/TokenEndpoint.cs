using Bistro.Registry.Auth;
using Bistro.Registry.Errors;
using Bistro.Registry.Http;
using Bistro.Registry.Manifests;

namespace Bistro.Registry.Endpoints;

/// <summary><c>GET /token?service=…&amp;scope=…</c> (distribution: Token Authentication Specification).</summary>
public sealed class TokenEndpoint(Gate gate, Authenticator authenticator, TokenOptions options, TimeProvider time)
{
    private const int MaxScopes = 100;

    public async Task GetAsync(HttpContext context)
    {
        if (!await gate.CountAsync(context))
            return;
        var query = context.Request.Query;
        if (query.TryGetValue("service", out var service) && service != options.Service)
        {
            await ErrorResponse.WriteAsync(context, new OciError(Refusal.ParameterInvalid, "Tokens for another service are not made here."));
            return;
        }

        // Several scopes come as several parameters, or as one with blanks.
        var scopes = query["scope"].OfType<string>().SelectMany(scope => scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Take(MaxScopes);
        var asked = scopes.Select(AccessClaim.ParseScope).OfType<AccessClaim>();
        if (await authenticator.IssueAsync(context.Request, asked, context.RequestAborted) is not { } token)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"bistro\", charset=\"UTF-8\"";
            await ErrorResponse.WriteAsync(context, new OciError(Refusal.Unauthorized, "The user name or the password is wrong."));
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        await JsonResponse.WriteAsync(context, MediaTypes.Json, json =>
        {
            json.WriteStartObject();
            json.WriteString("token", token);
            json.WriteString("access_token", token);
            json.WriteNumber("expires_in", (long)options.Lifetime.TotalSeconds);
            json.WriteString("issued_at", time.GetUtcNow());
            json.WriteEndObject();
        });
    }
}
