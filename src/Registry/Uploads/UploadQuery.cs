using Bistro.Registry.Errors;
using Bistro.Registry.Names;

namespace Bistro.Registry.Uploads;

/// <summary>The query of an upload's first or last request.</summary>
/// <param name="Digest">The digest of the whole blob: with POST, the blob is in this very request.</param>
/// <param name="Algorithm">In which the digest will be given, as <c>digest</c> or <c>digest-algorithm</c> says.</param>
/// <param name="Mount">A blob that another repository may have already.</param>
/// <param name="From">That repository, or null for any.</param>
public sealed record UploadQuery(OciDigest? Digest, DigestAlgorithm Algorithm, OciDigest? Mount, RepositoryName? From)
{
    public static UploadQuery? Read(IQueryCollection query, out OciError? error)
    {
        error = null;
        var digest = ReadDigest(query, "digest", ref error);
        var mount = ReadDigest(query, "mount", ref error);
        var algorithm = digest?.Algorithm ?? DigestAlgorithm.Sha256;
        if (query.TryGetValue("digest-algorithm", out var name) && !OciDigest.TryParseAlgorithm(name, out algorithm))
            error = new OciError(Refusal.DigestInvalid, "'digest-algorithm' is sha256 or sha512.");
        RepositoryName? from = null;
        if (query.TryGetValue("from", out var text))
        {
            if (RepositoryName.TryParse(text, out var repository))
                from = repository;
            else
                error = new OciError(Refusal.NameInvalid, "'from' is not a repository name.");
        }

        return error is null ? new UploadQuery(digest, algorithm, mount, from) : null;
    }

    private static OciDigest? ReadDigest(IQueryCollection query, string parameter, ref OciError? error)
    {
        if (!query.TryGetValue(parameter, out var text))
            return null;
        if (OciDigest.TryParse(text, out var digest))
            return digest;
        error = new OciError(Refusal.DigestInvalid, $"'{parameter}' is not a digest: expected sha256: or sha512: and lower-case hex digits.");
        return null;
    }
}
