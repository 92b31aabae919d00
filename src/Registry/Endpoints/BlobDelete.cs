using Bistro.Registry.Errors;
using Bistro.Registry.Names;
using Bistro.Registry.Repositories;

namespace Bistro.Registry.Endpoints;

/// <summary>DELETE of blobs (distribution-spec: Deleting Blobs): removes the link of one repository; other repositories keep theirs.</summary>
public sealed class BlobDelete(RepositoryBlobs blobs, ContentRules rules)
{
    public async Task DeleteAsync(HttpContext context, ApiPath.Blob path)
    {
        if (!rules.AllowBlobDelete)
            await ErrorResponse.WriteAsync(context, new OciError(Refusal.DeleteDisabled, "Blobs cannot be deleted here.")
            {
                Allow = AllowedMethods.Of(path, except: HttpMethods.Delete),
            });
        else if (await blobs.RemoveAsync(path.Repository, path.Digest))
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        else
            await ErrorResponse.WriteAsync(context, new OciError(Refusal.BlobUnknown, $"The repository {path.Repository} has no blob {path.Digest}."));
    }
}
