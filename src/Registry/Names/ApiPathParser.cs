using Bistro.Registry.Errors;

namespace Bistro.Registry.Names;

/// <summary>
/// Parses the path after <c>/v2/</c>. Repository names may contain components such as <c>manifests</c> and <c>blobs</c>, so the
/// path is matched from its end. The web server does not decode <c>%2F</c>, which is invalid in names.
/// </summary>
public static class ApiPathParser
{
    private const string BlobsSuffix = "/blobs";

    private static readonly ApiPath Ping = new ApiPath.Ping();
    private static readonly ApiPath Catalog = new ApiPath.Catalog();

    public static ApiPath Parse(string path)
    {
        if (path.Length == 0)
            return Ping;
        if (path == "_catalog")
            return Catalog;

        var last = path.LastIndexOf('/');
        if (last <= 0)
            return Nowhere(path);
        var before = path.LastIndexOf('/', last - 1);
        var word = path.AsSpan(before + 1, last - before - 1);
        var end = path[(last + 1)..];
        var name = before < 0 ? "" : path[..before];
        var inUpload = word is "uploads" && name.EndsWith(BlobsSuffix, StringComparison.Ordinal);
        if (inUpload)
            name = name[..^BlobsSuffix.Length];

        var named = RepositoryName.TryParse(name, out var repository);
        return word switch
        {
            "manifests" or "blobs" or "tags" or "referrers" when !named => NoName(name),
            "uploads" when inUpload && !named => NoName(name),
            "manifests" => Manifest(repository, end),
            "blobs" when end == "uploads" => new ApiPath.Uploads(repository),
            "blobs" => OciDigest.TryParse(end, out var digest) ? new ApiPath.Blob(repository, digest) : NoDigest(end),
            "uploads" when inUpload => Upload(repository, end),
            "tags" when end == "list" => new ApiPath.Tags(repository),
            "referrers" => OciDigest.TryParse(end, out var subject) ? new ApiPath.Referrers(repository, subject) : NoDigest(end),
            _ => Nowhere(path),
        };
    }

    private static ApiPath Manifest(RepositoryName repository, string end) =>
        Reference.TryParse(end, out var reference) ? new ApiPath.Manifest(repository, reference)
        : end.Contains(':', StringComparison.Ordinal) ? NoDigest(end)
        : Refuse(Refusal.ReferenceInvalid, $"'{Printable.Of(end)}' is neither a tag nor a digest.");

    private static ApiPath Upload(RepositoryName repository, string end) =>
        end.Length == 0 ? new ApiPath.Uploads(repository)
        : UploadId.TryParse(end, out var id) ? new ApiPath.Upload(repository, id)
        : Refuse(Refusal.UploadUnknown, "This upload does not exist. Start one with POST.");

    private static ApiPath.Nowhere Nowhere(string path) =>
        Refuse(Refusal.PathUnknown, $"'/v2/{Printable.Of(path)}' is not an endpoint of the distribution API.");

    private static ApiPath.Nowhere NoName(string name) =>
        Refuse(Refusal.NameInvalid, $"'{Printable.Of(name)}' is not a repository name.");

    private static ApiPath.Nowhere NoDigest(string text) => Refuse(
        Refusal.DigestInvalid, $"'{Printable.Of(text)}' is not a digest: expected sha256: or sha512: and lower-case hex digits.");

    private static ApiPath.Nowhere Refuse(Refusal refusal, string message) => new(new OciError(refusal, message));
}
