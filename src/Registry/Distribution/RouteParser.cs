using Bistro.Registry.Errors;
using Bistro.Registry.Uploads;

namespace Bistro.Registry.Distribution;

/// <summary>
/// Reads the path after <c>/v2/</c>. A repository name may hold any words, <c>manifests</c> and <c>blobs</c> too, so the
/// path is matched from its end. A <c>%2F</c> arrives here undecoded and is no character of any name.
/// </summary>
public static class RouteParser
{
    private const string BlobsSuffix = "/blobs";

    private static readonly Route Ping = new Route.Ping();
    private static readonly Route Catalog = new Route.Catalog();

    public static Route Parse(string path)
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
            "blobs" when end == "uploads" => new Route.Uploads(repository),
            "blobs" => OciDigest.TryParse(end, out var digest) ? new Route.Blob(repository, digest) : NoDigest(end),
            "uploads" when inUpload => Upload(repository, end),
            "tags" when end == "list" => new Route.Tags(repository),
            "referrers" => OciDigest.TryParse(end, out var subject) ? new Route.Referrers(repository, subject) : NoDigest(end),
            _ => Nowhere(path),
        };
    }

    private static Route Manifest(RepositoryName repository, string end) =>
        Reference.TryParse(end, out var reference) ? new Route.Manifest(repository, reference)
        : end.Contains(':', StringComparison.Ordinal) ? NoDigest(end)
        : Refuse(Refusal.ReferenceInvalid, $"'{Shown(end)}' is neither a tag nor a digest.");

    private static Route Upload(RepositoryName repository, string end) =>
        end.Length == 0 ? new Route.Uploads(repository)
        : UploadId.TryParse(end, out var id) ? new Route.Upload(repository, id)
        : Refuse(Refusal.UploadUnknown, "There is no such upload; begin one with POST.");

    private static Route.Nowhere Nowhere(string path) =>
        Refuse(Refusal.PathUnknown, $"'/v2/{Shown(path)}' is no endpoint of the distribution API.");

    private static Route.Nowhere NoName(string name) =>
        Refuse(Refusal.NameInvalid, $"'{Shown(name)}' is not a repository name.");

    private static Route.Nowhere NoDigest(string text) => Refuse(
        Refusal.DigestInvalid, $"'{Shown(text)}' is not a digest: expected sha256: or sha512: and lower-case hex digits.");

    private static Route.Nowhere Refuse(Refusal refusal, string message) => new(new OciError(refusal, message));

    // What a stranger sent is shown to him, but neither endless nor with control characters.
    private static string Shown(string text)
    {
        const int Longest = 160;
        return string.Create(Math.Min(text.Length, Longest), text, (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
        });
    }
}
