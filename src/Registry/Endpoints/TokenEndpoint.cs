using Bistro.Registry.Auth;
using Bistro.Registry.Errors;
using Bistro.Registry.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Bistro.Registry.Endpoints;

/// <summary>
/// <c>GET /token?service=…&amp;scope=…</c> with a password in the header, and <c>POST /token</c> with an OAuth2 form (distribution:
/// Token Authentication Specification, OAuth2 Token Authentication).
/// </summary>
public sealed class TokenEndpoint(Gate gate, Authenticator authenticator, RefusalLog refusals, TokenOptions options, TimeProvider time)
{
    private const int MaxScopes = 100;

    private static readonly FormOptions FormLimits = new()
    {
        BufferBody = false,
        ValueCountLimit = 32,
        KeyLengthLimit = 128,
        ValueLengthLimit = 16 << 10,
    };

    // A form of the longest values is refused by its length, before it is read.
    private const int MaxFormBytes = 32 << 10;

    public async Task GetAsync(HttpContext context)
    {
        if (!await gate.CountAsync(context))
            return;
        var query = context.Request.Query;
        if (await RefuseServiceAsync(context, query["service"]))
            return;
        var identity = await authenticator.IdentifyAsync(context.Request, context.RequestAborted);
        await AnswerAsync(context, identity, query["scope"], query["offline_token"] == "true");
    }

    public async Task PostAsync(HttpContext context)
    {
        if (!await gate.CountAsync(context) || await ReadFormAsync(context) is not { } form || await RefuseServiceAsync(context, form["service"]))
            return;
        Identity? identity;
        switch (form["grant_type"].ToString())
        {
            case "password" when form["username"].ToString() is { Length: > 0 } user:
                identity = await authenticator.CheckAsync(new Credentials.Password(user, form["password"].ToString()), context.RequestAborted);
                break;
            case "refresh_token" when form["refresh_token"].ToString() is { Length: > 0 } token:
                identity = authenticator.CheckRefreshToken(token);
                break;
            default:
                await ErrorResponse.WriteAsync(context, new OciError(
                    Refusal.ParameterInvalid, "'grant_type' must be 'password' with 'username' and 'password', or 'refresh_token' with 'refresh_token'."));
                return;
        }

        await AnswerAsync(context, identity, form["scope"], form["access_type"] == "offline");
    }

    private async Task AnswerAsync(HttpContext context, Identity? identity, StringValues scope, bool isOffline)
    {
        if (identity is null)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"bistro\", charset=\"UTF-8\"";
            var error = new OciError(Refusal.Unauthorized, "The user name, the password or the refresh token is wrong.");
            await ErrorResponse.WriteAsync(context, error);
            refusals.Login(context, error);
            return;
        }

        // Clients send several scopes as several parameters, or as one parameter separated by blanks.
        var scopes = scope.OfType<string>().SelectMany(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Take(MaxScopes);
        var token = authenticator.Issue(identity, scopes.Select(AccessClaim.ParseScope).OfType<AccessClaim>());
        var refresh = isOffline ? authenticator.IssueRefresh(identity) : null;
        context.Response.Headers.CacheControl = "no-store";
        await JsonResponse.WriteAsync(context, ContentTypes.Json, json =>
        {
            json.WriteStartObject();
            json.WriteString("token", token);
            json.WriteString("access_token", token);
            json.WriteString("token_type", "Bearer");
            json.WriteNumber("expires_in", (long)options.Lifetime.TotalSeconds);
            json.WriteString("issued_at", time.GetUtcNow());
            if (refresh is not null)
                json.WriteString("refresh_token", refresh);
            json.WriteEndObject();
        });
    }

    // True when the request has been answered.
    private async ValueTask<bool> RefuseServiceAsync(HttpContext context, StringValues service)
    {
        if (service.Count == 0 || service == options.Service)
            return false;
        await ErrorResponse.WriteAsync(context, new OciError(Refusal.ParameterInvalid, "This server does not issue tokens for that service."));
        return true;
    }

    // Null when the request has been answered.
    private static async ValueTask<IFormCollection?> ReadFormAsync(HttpContext context)
    {
        var request = context.Request;
        try
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
                size.MaxRequestBodySize = MaxFormBytes;
            if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) is true)
                return await request.ReadFormAsync(FormLimits, context.RequestAborted);
        }
        catch (InvalidDataException)
        {
        }

        await ErrorResponse.WriteAsync(context, new OciError(
            Refusal.ParameterInvalid, "The body must be a short form, application/x-www-form-urlencoded, of the OAuth2 token request."));
        return null;
    }
}
