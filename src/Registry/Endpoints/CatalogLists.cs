using Bistro.Registry.Auth;
using Bistro.Registry.Errors;
using Bistro.Registry.Http;
using Bistro.Registry.Names;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;

namespace Bistro.Registry.Endpoints;

/// <summary>The list of repositories that the caller may pull from, in byte order, page by page.</summary>
public sealed class CatalogLists(RepositoryStore repositories, IOnDemandRepositories onDemand, PageLimits limits)
{
    public async Task GetAsync(HttpContext context, Caller caller)
    {
        if (PageRequest.Read(context.Request.Query, limits.Repositories, out var error) is not { } page)
        {
            await ErrorResponse.WriteAsync(context, error!);
            return;
        }

        var names = List(page, caller);
        var shown = Math.Min(names.Count, page.Count);
        if (names.Count > shown && shown > 0)
            context.Response.Headers.Link = PageLink.Next(context, $"/v2/_catalog?n={page.Count}&last={Uri.EscapeDataString(names[shown - 1])}");
        await JsonResponse.WriteAsync(context, ContentTypes.Json, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("repositories");
            foreach (var name in names.Take(shown))
                json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    // One more than requested shows whether there is a next page.
    private List<string> List(PageRequest page, Caller caller)
    {
        var wanted = page.Count + 1;
        var names = new List<string>();
        for (var last = page.Last; names.Count < wanted;)
        {
            var batch = repositories.ListRepositories(last, wanted);
            names.AddRange(batch.Where(name => caller.MaySee(RepositoryName.Parse(name))));
            if (batch.Count < wanted)
                break;
            last = batch[^1];
        }

        var ofProjects = onDemand.List()
            .Where(name => string.CompareOrdinal(name.Value, page.Last) > 0 && caller.MaySee(name))
            .Select(name => name.Value);
        return [.. names.Union(ofProjects, StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(wanted)];
    }
}
