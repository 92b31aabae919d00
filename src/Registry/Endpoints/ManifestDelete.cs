using Bistro.Registry.Errors;
using Bistro.Registry.Names;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;

namespace Bistro.Registry.Endpoints;

/// <summary>DELETE of tags and manifests (distribution-spec: Content Management). The deletion is effective at once; a later garbage collection removes the bytes.</summary>
public sealed class ManifestDelete(RepositoryManifests manifests, IOnDemandRepositories onDemand, ContentRules rules)
{
    public async Task DeleteAsync(HttpContext context, ApiPath.Manifest path)
    {
        if (await RemoveAsync(path) is { } error)
            await ErrorResponse.WriteAsync(context, error);
        else
            context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task<OciError?> RemoveAsync(ApiPath.Manifest path)
    {
        var repository = path.Repository;
        var allow = AllowedMethods.Of(path, except: HttpMethods.Delete);
        switch (path.Reference)
        {
            case Reference.ByTag when onDemand.Owns(repository):
                return new OciError(Refusal.ReadOnly, $"{repository} is served from a project; its tags are those of the project.") { Allow = allow };
            case Reference.ByTag when !rules.AllowTagDelete:
                return new OciError(Refusal.DeleteDisabled, "Tags cannot be deleted here.") { Allow = allow };
            case Reference.ByDigest when !rules.AllowManifestDelete:
                return new OciError(Refusal.DeleteDisabled, "Manifests cannot be deleted here.") { Allow = allow };
            case Reference.ByTag tag when await manifests.RemoveTagAsync(repository, tag.Name):
            case Reference.ByDigest digest when await manifests.RemoveAsync(repository, digest.Digest):
                return null;
            default:
                return new OciError(Refusal.ManifestUnknown, $"The repository {repository} has no manifest {path.Reference}.");
        }
    }
}
