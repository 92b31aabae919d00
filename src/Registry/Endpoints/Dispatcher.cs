using Bistro.Registry.Auth;
using Bistro.Registry.Errors;
using Bistro.Registry.Http;
using Bistro.Registry.Names;
using Bistro.Registry.Uploads;

namespace Bistro.Registry.Endpoints;

/// <summary>The distribution API as one switch on method and path (distribution-spec: Endpoints).</summary>
public sealed class Dispatcher(
    Gate gate,
    ManifestPull pull,
    ManifestPush push,
    ManifestDelete delete,
    BlobPull blobPull,
    BlobDelete blobDelete,
    UploadEndpoints uploads,
    TagLists tags,
    ReferrerLists referrers,
    CatalogLists catalog,
    RefusalLog refusals)
{
    /// <summary>The first segment of every API path.</summary>
    public const string Root = "/v2";

    private const string Prefix = Root + "/";

    public async Task HandleAsync(HttpContext context)
    {
        var text = context.Request.Path.Value!;
        var path = ApiPathParser.Parse(text.Length <= Prefix.Length ? "" : text[Prefix.Length..]);
        var method = MethodOf(context.Request.Method);
        context.Response.Headers[DistributionHeaders.ApiVersion] = "registry/2.0";
        if (await gate.AdmitAsync(context, path, Needed(method, path)) is { } caller)
            await AnswerAsync(context, method, path, caller);
        if (method is not Method.Get && context.Features.Get<OciError>() is { } error)
            refusals.Push(context, path is ApiPath.InRepository { Repository: var repository } ? repository.Value : text, error);
    }

    private Task AnswerAsync(HttpContext context, Method method, ApiPath path, Caller caller) => (method, path) switch
    {
        // A malformed reference names nothing: GET answers that it is not there, other methods that it is malformed.
        (Method.Get, ApiPath.Nowhere { Error.Refusal: Refusal.ReferenceInvalid } nowhere) =>
            ErrorResponse.WriteAsync(context, nowhere.Error with { Refusal = Refusal.ManifestUnknown }),
        (_, ApiPath.Nowhere nowhere) => ErrorResponse.WriteAsync(context, nowhere.Error),
        (Method.Get, ApiPath.Ping) => PingAsync(context),
        (Method.Get, ApiPath.Manifest manifest) => pull.GetAsync(context, manifest, caller),
        (Method.Put, ApiPath.Manifest manifest) => push.PutAsync(context, manifest),
        (Method.Delete, ApiPath.Manifest manifest) => delete.DeleteAsync(context, manifest),
        (Method.Get, ApiPath.Blob blob) => blobPull.GetAsync(context, blob, caller),
        (Method.Delete, ApiPath.Blob blob) => blobDelete.DeleteAsync(context, blob),
        (Method.Post, ApiPath.Uploads begin) => uploads.BeginAsync(context, begin, caller),
        (Method.Get, ApiPath.Upload upload) => uploads.StatusAsync(context, upload),
        (Method.Patch, ApiPath.Upload upload) => uploads.AppendAsync(context, upload),
        (Method.Put, ApiPath.Upload upload) => uploads.CloseAsync(context, upload),
        (Method.Delete, ApiPath.Upload upload) => uploads.CancelAsync(context, upload),
        (Method.Get, ApiPath.Tags list) => tags.GetAsync(context, list),
        (Method.Get, ApiPath.Referrers list) => referrers.GetAsync(context, list),
        (Method.Get, ApiPath.Catalog) => catalog.GetAsync(context, caller),
        _ => ErrorResponse.WriteAsync(context, new OciError(
            Refusal.MethodUnknown, $"{Printable.Of(context.Request.Method)} is not a method of this endpoint.")
        { Allow = AllowedMethods.Of(path) }),
    };

    private static RepositoryActions Needed(Method method, ApiPath path) => (method, path) switch
    {
        (_, ApiPath.Upload or ApiPath.Uploads) => RepositoryActions.Push,
        (Method.Get, _) => RepositoryActions.Pull,
        (Method.Delete, _) => RepositoryActions.Delete,
        _ => RepositoryActions.Push,
    };

    private static Task PingAsync(HttpContext context) => JsonResponse.WriteAsync(context, ContentTypes.Json, json =>
    {
        json.WriteStartObject();
        json.WriteEndObject();
    });

    // HEAD answers as GET does, without the body: the two are one method here.
    private static Method MethodOf(string method) => method switch
    {
        "GET" or "HEAD" => Method.Get,
        "PUT" => Method.Put,
        "POST" => Method.Post,
        "PATCH" => Method.Patch,
        "DELETE" => Method.Delete,
        _ => Method.Other,
    };

    private enum Method
    {
        Get,
        Put,
        Post,
        Patch,
        Delete,
        Other,
    }
}
