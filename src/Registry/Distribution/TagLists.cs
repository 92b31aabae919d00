using Bistro.Registry.Errors;
using Bistro.Registry.OnDemand;

namespace Bistro.Registry.Distribution;

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

        // One more than asked tells whether there is a next page.
        var tags = await ListAsync(path.Repository, page.Last, page.Count + 1, context.RequestAborted);
        if (tags is null)
        {
            await ErrorResponse.WriteAsync(context, new OciError(
                Refusal.RepositoryUnknown, $"There is no repository {path.Repository}."));
            return;
        }

        var shown = Math.Min(tags.Count, page.Count);
        if (tags.Count > page.Count && shown > 0)
            context.Response.Headers.Link = PageLink.Next($"/v2/{path.Repository}/tags/list?n={page.Count}&last={Uri.EscapeDataString(tags[shown - 1])}");
        await JsonResponse.WriteAsync(context, MediaTypes.Json, json =>
        {
            json.WriteStartObject();
            json.WriteString("name", path.Repository.Value);
            json.WriteStartArray("tags");
            for (var i = 0; i < shown; i++)
                json.WriteStringValue(tags[i]);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async ValueTask<IReadOnlyList<string>?> ListAsync(RepositoryName repository, string? last, int count, CancellationToken cancellationToken)
    {
        if (!onDemand.Owns(repository))
            return repositories.ListTags(repository, last, count);
        var tags = await onDemand.ListTagsAsync(repository, cancellationToken);
        return tags?.Where(tag => string.CompareOrdinal(tag, last) > 0).Order(StringComparer.Ordinal).Take(count).ToList();
    }
}
