using Bistro.Registry.Auth;
using Bistro.Registry.Errors;
using Bistro.Registry.Http;
using Bistro.Registry.Manifests;
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
        var verb = VerbOf(context.Request.Method);
        context.Response.Headers[DistributionHeaders.ApiVersion] = "registry/2.0";
        if (await gate.AdmitAsync(context, path, Needed(verb, path)) is { } caller)
            await AnswerAsync(context, verb, path, caller);
        if (verb is not Verb.Get && context.Features.Get<OciError>() is { } error)
            refusals.Push(context, path is ApiPath.InRepository { Repository: var repository } ? repository.Value : text, error);
    }

    private Task AnswerAsync(HttpContext context, Verb verb, ApiPath path, Caller caller) => (verb, path) switch
    {
        // A malformed reference names nothing: GET answers that it is not there, other methods that it is malformed.
        (Verb.Get, ApiPath.Nowhere { Error.Refusal: Refusal.ReferenceInvalid } nowhere) =>
            ErrorResponse.WriteAsync(context, nowhere.Error with { Refusal = Refusal.ManifestUnknown }),
        (_, ApiPath.Nowhere nowhere) => ErrorResponse.WriteAsync(context, nowhere.Error),
        (Verb.Get, ApiPath.Ping) => PingAsync(context),
        (Verb.Get, ApiPath.Manifest manifest) => pull.GetAsync(context, manifest, caller),
        (Verb.Put, ApiPath.Manifest manifest) => push.PutAsync(context, manifest),
        (Verb.Delete, ApiPath.Manifest manifest) => delete.DeleteAsync(context, manifest),
        (Verb.Get, ApiPath.Blob blob) => blobPull.GetAsync(context, blob, caller),
        (Verb.Delete, ApiPath.Blob blob) => blobDelete.DeleteAsync(context, blob),
        (Verb.Post, ApiPath.Uploads begin) => uploads.BeginAsync(context, begin, caller),
        (Verb.Get, ApiPath.Upload upload) => uploads.StatusAsync(context, upload),
        (Verb.Patch, ApiPath.Upload upload) => uploads.AppendAsync(context, upload),
        (Verb.Put, ApiPath.Upload upload) => uploads.CloseAsync(context, upload),
        (Verb.Delete, ApiPath.Upload upload) => uploads.CancelAsync(context, upload),
        (Verb.Get, ApiPath.Tags list) => tags.GetAsync(context, list),
        (Verb.Get, ApiPath.Referrers list) => referrers.GetAsync(context, list),
        (Verb.Get, ApiPath.Catalog) => catalog.GetAsync(context, caller),
        _ => ErrorResponse.WriteAsync(context, new OciError(
            Refusal.MethodUnknown, $"{Printable.Of(context.Request.Method)} is no method of this endpoint.")
        { Allow = AllowedMethods.Of(path) }),
    };

    private static RepositoryActions Needed(Verb verb, ApiPath path) => (verb, path) switch
    {
        (_, ApiPath.Upload or ApiPath.Uploads) => RepositoryActions.Push,
        (Verb.Get, _) => RepositoryActions.Pull,
        (Verb.Delete, _) => RepositoryActions.Delete,
        _ => RepositoryActions.Push,
    };

    private static Task PingAsync(HttpContext context) => JsonResponse.WriteAsync(context, MediaTypes.Json, json =>
    {
        json.WriteStartObject();
        json.WriteEndObject();
    });

    // HEAD answers as GET does, without the body: the two are one verb here.
    private static Verb VerbOf(string method) => method switch
    {
        "GET" or "HEAD" => Verb.Get,
        "PUT" => Verb.Put,
        "POST" => Verb.Post,
        "PATCH" => Verb.Patch,
        "DELETE" => Verb.Delete,
        _ => Verb.Other,
    };

    private enum Verb
    {
        Get,
        Put,
        Post,
        Patch,
        Delete,
        Other,
    }
}
