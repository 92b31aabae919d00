using Bistro.Builder.Images.Oci;
using Bistro.Registry.Errors;
using Bistro.Registry.Http;
using Bistro.Registry.Names;
using Bistro.Registry.Repositories;

namespace Bistro.Registry.Endpoints;

/// <summary>Lists of what is attached to a manifest: signatures, SBOMs (distribution-spec: Listing Referrers). An unknown subject has none.</summary>
public sealed class ReferrerLists(RepositoryStore repositories, PageLimits limits)
{
    // A page is a manifest, and clients take manifests of 4 MB.
    private const int MaxPageBytes = 3 << 20;

    public async Task GetAsync(HttpContext context, ApiPath.Referrers path)
    {
        var query = context.Request.Query;
        if (PageRequest.Read(query, limits.Referrers, out var error) is not { } page)
        {
            await ErrorResponse.WriteAsync(context, error!);
            return;
        }

        var artifactType = query["artifactType"].ToString();
        var referrers = repositories.ListReferrers(path.Repository, path.Subject, artifactType, page.Last, page.Count + 1);
        var shown = Fit(referrers, page.Count);
        if (shown < referrers.Count && shown > 0)
            context.Response.Headers.Link = PageLink.Next(context, NextPage(path, artifactType, page.Count, referrers[shown - 1].Key));
        if (artifactType.Length > 0)
            context.Response.Headers[DistributionHeaders.FiltersApplied] = "artifactType";
        await JsonResponse.WriteAsync(context, MediaTypes.ImageIndex, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("mediaType", MediaTypes.ImageIndex);
            json.WriteStartArray("manifests");
            foreach (var referrer in referrers.Take(shown))
                json.WriteRawValue(referrer.Descriptor, skipInputValidation: true);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    // At least one, however large it is.
    private static int Fit(IReadOnlyList<Referrer> referrers, int count)
    {
        var bytes = 0L;
        var shown = 0;
        while (shown < Math.Min(count, referrers.Count) && (shown == 0 || bytes + referrers[shown].Descriptor.Length <= MaxPageBytes))
            bytes += referrers[shown++].Descriptor.Length;
        return shown;
    }

    private static string NextPage(ApiPath.Referrers path, string artifactType, int count, string last)
    {
        var filter = artifactType.Length > 0 ? $"&artifactType={Uri.EscapeDataString(artifactType)}" : "";
        return $"/v2/{path.Repository}/referrers/{path.Subject}?n={count}&last={last}{filter}";
    }
}
