using Bistro.Registry.Errors;
using Bistro.Registry.Http;
using Bistro.Registry.Manifests;
using Bistro.Registry.Names;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;

namespace Bistro.Registry.Endpoints;

/// <summary>Lists of tags, in byte order, page by page (distribution-spec: Listing Tags).</summary>
public sealed class TagLists(RepositoryStore repositories, IOnDemandRepositories onDemand, PageLimits limits)
{
    public async Task GetAsync(HttpContext context, ApiPath.Tags path)
    {
        if (PageRequest.Read(context.Request.Query, limits.Tags, out var error) is not { } page)
        {
            await ErrorResponse.WriteAsync(context, error!);
            return;
        }

        if (await ListAsync(path.Repository, page, context.RequestAborted) is not { } tags)
        {
            await ErrorResponse.WriteAsync(context, new OciError(
                Refusal.RepositoryUnknown, $"There is no repository {path.Repository}."));
            return;
        }

        if (tags.Next is { } next)
            context.Response.Headers.Link = PageLink.Next($"/v2/{path.Repository}/tags/list?n={page.Count}&last={Uri.EscapeDataString(next)}");
        await JsonResponse.WriteAsync(context, MediaTypes.Json, json =>
        {
            json.WriteStartObject();
            json.WriteString("name", path.Repository.Value);
            json.WritePropertyName("tags");
            json.WriteRawValue(tags.Names.Span, skipInputValidation: true);
            json.WriteEndObject();
        });
    }

    private async ValueTask<TagPage?> ListAsync(RepositoryName repository, PageRequest page, CancellationToken cancellationToken)
    {
        if (!onDemand.Owns(repository))
            return repositories.ListTags(repository, page.Last, page.Count);
        var tags = await onDemand.ListTagsAsync(repository, cancellationToken);
        return tags is null ? null : TagPage.Of(tags, page.Last, page.Count);
    }
}
