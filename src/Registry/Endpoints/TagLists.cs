using Bistro.Registry.Errors;
using Bistro.Registry.Http;
using Bistro.Registry.Names;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;

namespace Bistro.Registry.Endpoints;

/// <summary>Lists of tags, in byte order, page by page (distribution-spec: Listing Tags).</summary>
public sealed class TagLists(RepositoryStore repositories, IOnDemandRepositories onDemand, OnDemandOptions options, PageLimits limits)
{
    public async Task GetAsync(HttpContext context, ApiPath.Tags path)
    {
        if (PageRequest.Read(context.Request.Query, limits.Tags, out var error) is not { } page)
        {
            await ErrorResponse.WriteAsync(context, error!);
            return;
        }

        var absent = new OciError(Refusal.RepositoryUnknown, $"There is no repository {path.Repository}.");
        TagPage? found;
        if (onDemand.Owns(path.Repository))
        {
            var client = ClientTraits.Of(context.Request.Headers.UserAgent, options);
            var answer = await onDemand.ListTagsAsync(path.Repository, client.Hold, context.RequestAborted);
            if (answer is OnDemandTags.Refused refused)
            {
                await OnDemandRefusal.WriteAsync(context, refused.Why, client, absent);
                return;
            }
            found = TagPage.Of(((OnDemandTags.Listed)answer).Tags, page.Last, page.Count);
        }
        else
        {
            found = repositories.ListTags(path.Repository, page.Last, page.Count);
        }

        if (found is not { } tags)
        {
            await ErrorResponse.WriteAsync(context, absent);
            return;
        }

        if (tags.Next is { } next)
            context.Response.Headers.Link = PageLink.Next(context, $"/v2/{path.Repository}/tags/list?n={page.Count}&last={Uri.EscapeDataString(next)}");
        await JsonResponse.WriteAsync(context, ContentTypes.Json, json =>
        {
            json.WriteStartObject();
            json.WriteString("name", path.Repository.Value);
            json.WritePropertyName("tags");
            json.WriteRawValue(tags.Names.Span, skipInputValidation: true);
            json.WriteEndObject();
        });
    }
}
