using Bistro.Registry.Auth;
using Bistro.Registry.Errors;
using Bistro.Registry.Http;
using Bistro.Registry.Manifests;
using Bistro.Registry.Names;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;
using Microsoft.Net.Http.Headers;

namespace Bistro.Registry.Endpoints;

/// <summary>GET and HEAD of manifests (distribution-spec: Pulling manifests). Both build a project's image if necessary.</summary>
public sealed class ManifestPull(RepositoryManifests manifests, IOnDemandRepositories onDemand, OnDemandOptions options)
{
    public Task GetAsync(HttpContext context, ApiPath.Manifest path, Caller caller)
    {
        // Manifests that users attached to an image of a project are stored by digest; the tags come from the project.
        var isOnDemand = onDemand.Owns(path.Repository);
        var found = isOnDemand && path.Reference is Reference.ByTag ? null : manifests.Find(path.Repository, path.Reference);
        if (found is not null)
            return SendAsync(context, path, found, entry => manifests.Find(path.Repository, entry.Digest.Sha256));
        return isOnDemand
            ? GetOnDemandAsync(context, path, caller.May(RepositoryActions.Build, path.Repository))
            : ErrorResponse.WriteAsync(context, Unknown(path));
    }

    private async Task GetOnDemandAsync(HttpContext context, ApiPath.Manifest path, bool mayBuild)
    {
        var client = ClientTraits.Of(context.Request.Headers.UserAgent, options);
        var request = new OnDemandRequest(path.Repository, path.Reference, client.Hold, mayBuild);
        var answer = await onDemand.ResolveAsync(request, context.RequestAborted);
        var manifest = Open(answer);
        if (manifest is null && answer is OnDemandAnswer.Found)
        {
            answer = await onDemand.RestoreAsync(request, context.RequestAborted);
            manifest = Open(answer);
        }

        if (manifest is null)
            await OnDemandRefusal.WriteAsync(context, answer, client, Unknown(path));
        else
            await SendAsync(context, path, manifest, entry => manifests.Open(entry.Digest.Sha256, entry.MediaType));
    }

    private StoredManifest? Open(OnDemandAnswer answer) =>
        answer is OnDemandAnswer.Found found ? manifests.Open(found.Manifest, found.MediaType) : null;

    /// <param name="open">Opens an entry of the index.</param>
    private static Task SendAsync(
        HttpContext context, ApiPath.Manifest path, StoredManifest manifest, Func<ManifestReference, StoredManifest?> open)
    {
        if (path.Reference is Reference.ByDigest { Digest: var asked })
            return manifest.As(asked).SendAsync(context);
        if (manifest.PreferredPlatform is { } entry)
        {
            context.Response.Headers.Vary = HeaderNames.Accept;
            // Clients that accept indexes get the index; others get the manifest of the most common platform.
            var accepted = new Accepted(context.Request.Headers.Accept);
            if (!accepted.Includes(manifest.MediaType) && open(entry) is { } image && accepted.Includes(image.MediaType))
                return image.SendAsync(context);
        }

        return manifest.SendAsync(context);
    }

    private static OciError Unknown(ApiPath.Manifest path) =>
        new(Refusal.ManifestUnknown, $"The repository {path.Repository} has no manifest {path.Reference}.");
}
