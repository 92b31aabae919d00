using System.Security.Cryptography;
using Bistro.Builder.Files;
using Bistro.Model.Content;
using Bistro.Registry.Errors;
using Bistro.Registry.Http;
using Bistro.Registry.Manifests;
using Bistro.Registry.Names;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;

namespace Bistro.Registry.Endpoints;

/// <summary>PUT of manifests (distribution-spec: Pushing Manifests), kept byte for byte.</summary>
public sealed class ManifestPush(
    RepositoryStore repositories, RepositoryManifests manifests, IOnDemandRepositories onDemand, ContentRules rules, TemporaryArea temporary)
{
    public async Task PutAsync(HttpContext context, ApiPath.Manifest path)
    {
        var bytes = await ReadBodyAsync(context.Request);
        if (bytes is null)
        {
            await ErrorResponse.WriteAsync(context, new OciError(
                Refusal.ManifestTooLarge, $"A manifest has at most {rules.MaxManifestBytes} bytes here."));
            return;
        }

        if (Prepare(context.Request, path, bytes, out var manifest) is { } error)
        {
            await ErrorResponse.WriteAsync(context, error);
            return;
        }

        // All bytes are here and good: what is left is done even if the client goes away now.
        await manifests.PutAsync(path.Repository, manifest!, bytes);
        WriteCreated(context.Response, path.Repository, manifest!);
    }

    private OciError? Prepare(HttpRequest request, ApiPath.Manifest path, byte[] bytes, out ManifestRecord? manifest)
    {
        manifest = null;
        var contentType = request.ContentType?.Split(';')[0].Trim();
        if (ManifestReader.Read(bytes, contentType is "" ? null : contentType, out var complaint) is not { } read)
            return new OciError(Refusal.ManifestInvalid, complaint);
        var sha256 = Digest.Of(bytes);
        var digest = OciDigest.Of(sha256);
        if (path.Reference is Reference.ByDigest { Digest: var asked })
        {
            digest = asked.Algorithm == DigestAlgorithm.Sha512 ? OciDigest.OfSha512(SHA512.HashData(bytes)) : digest;
            if (digest != asked)
                return new OciError(Refusal.DigestMismatch, $"What was sent has the digest {digest}, not {asked}.");
        }

        if (ReadTags(request, path.Reference, out var tags) is { } error)
            return error;
        if (onDemand.Owns(path.Repository) && (read.Subject is null || tags.Length > 0))
        {
            return new OciError(
                Refusal.ReadOnly, $"{path.Repository} is served from a project; it takes only manifests with a subject, by digest.")
            {
                Allow = AllowedMethods.Of(path, except: HttpMethods.Put),
            };
        }

        manifest = new ManifestRecord(sha256, digest, bytes.Length, read, tags);
        return rules.AllowSparse ? null : FindMissing(path.Repository, read);
    }

    private OciError? FindMissing(RepositoryName repository, ManifestContent manifest)
    {
        foreach (var reference in manifest.References)
        {
            var isThere = reference.IsForeign || (repositories.Resolve(reference.Digest) is { } digest
                && (manifest.IsIndex ? repositories.HasManifest(repository, digest) : repositories.HasBlob(repository, digest)));
            if (!isThere)
                return new OciError(Refusal.ManifestReferenceUnknown, $"The manifest refers to {reference.Digest}, which {repository} does not have.");
        }

        return null;
    }

    private static OciError? ReadTags(HttpRequest request, Reference reference, out string[] tags)
    {
        tags = request.Query["tag"].OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        if (Array.Find(tags, tag => !Reference.IsTag(tag)) is { } wrong)
            return new OciError(Refusal.ReferenceInvalid, $"'{Printable.Of(wrong)}' is not a tag.");
        if (reference is not Reference.ByTag named)
            return null;
        if (tags.Length > 0)
            return new OciError(Refusal.ParameterInvalid, "Tags in the query go with a push by digest.");
        tags = [named.Name];
        return null;
    }

    // Null when it is too large. A client may send no Content-Length.
    private ValueTask<byte[]?> ReadBodyAsync(HttpRequest request) => request.ContentLength > rules.MaxManifestBytes
        ? ValueTask.FromResult<byte[]?>(null)
        : SmallBody.ReadAsync(request.BodyReader, rules.MaxManifestBytes, temporary, request.HttpContext.RequestAborted);

    private static void WriteCreated(HttpResponse response, RepositoryName repository, ManifestRecord manifest)
    {
        response.StatusCode = StatusCodes.Status201Created;
        response.Headers.Location = $"{response.HttpContext.Request.PathBase}/v2/{repository}/manifests/{manifest.Name}";
        response.Headers[DistributionHeaders.ContentDigest] = manifest.Name.Text;
        if (manifest.Content.Subject is { } subject)
            response.Headers[DistributionHeaders.Subject] = subject.Text;
        if (manifest.Tags.Count > 0)
            response.Headers[DistributionHeaders.Tag] = string.Join(", ", manifest.Tags);
    }
}
