using System.Text;
using Bistro.Builder.Images.Oci;

namespace Bistro.Conformance.Distribution;

/// <summary>A malformed or malicious request.</summary>
/// <param name="Code">The OCI code of the answer; null when the web server answers by itself, or the answer is no refusal.</param>
public sealed record HostileRequest(string Name, string Text, int Status, string? Code)
{
    public override string ToString() => Name;
}

/// <summary>The table of hostile requests.</summary>
internal static class HostileRequests
{
    public const string Hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    public const string Digest = "sha256:" + Hex;

    /// <summary>An upload that does not exist.</summary>
    private const string NoUpload = "/v2/a/blobs/uploads/0b7f3a52-0e6c-4d8e-9b0a-0f2f7c1f9d11";

    private const string Config = $$"""{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{Digest}}","size":2}""";
    private const string Image = $$"""{"schemaVersion":2,"config":{{Config}},"layers":[]}""";

    /// <param name="upload">The path of an empty upload.</param>
    /// <param name="blob">The path of a blob of 2048 bytes.</param>
    public static IEnumerable<HostileRequest> All(string upload, string blob) =>
        Digests().Concat(Names()).Concat(Tags()).Concat(Uploads(upload)).Concat(Manifests()).Concat(Lists())
            .Concat(Ranges(blob)).Concat(Methods()).Concat(Framing());

    private static IEnumerable<HostileRequest> Digests()
    {
        var wrong = new[]
        {
            "sha256:" + Hex.ToUpperInvariant(), "SHA256:" + Hex, "sha256:" + Hex[1..], "sha256:" + Hex + "0", "sha256:", ":", "sha256", Hex, "sha512:" + Hex,
            "sha256:" + Hex + Hex, "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha256-" + Hex, "sha256:" + Hex + "%20",
            "%20sha256:" + Hex, "sha256:" + Hex[..63] + "g", "sha256:" + Hex[..63] + "%C3%A4", "sha256+b64u:" + Hex, "sha256:%2e%2e%2fpasswd", "sha256:..%2F..%2Fetc%2Fpasswd",
            "sha256::" + Hex, "sha256:" + new string('0', 4000), "sha384:" + Hex, "blake3:" + Hex, "sha256:" + Hex + "%0a", "latest", "*", "sha256:" + Hex + ";x",
        };
        foreach (var digest in wrong)
            yield return Get($"/v2/a/blobs/{digest}", 400, "DIGEST_INVALID");
        foreach (var digest in wrong.Where(text => text.Contains(':', StringComparison.Ordinal)).Take(8))
        {
            yield return Get($"/v2/a/manifests/{digest}", 400, "DIGEST_INVALID");
            yield return Get($"/v2/a/referrers/{digest}", 400, "DIGEST_INVALID");
        }

        yield return Get("/v2/a/blobs/sha256:../../etc/passwd", 404, null);
        yield return Get("/v2/a/blobs/", 400, "DIGEST_INVALID");
        yield return Get($"/v2/a/blobs/{Digest}/", 404, "NAME_UNKNOWN");
        yield return Get($"/v2/a/blobs/{Digest}/x", 404, "NAME_UNKNOWN");
        yield return Get($"/v2/a/blobs/{Digest}%00", 400, null);
    }

    private static IEnumerable<HostileRequest> Names()
    {
        var wrong = new[]
        {
            "A", "a%2Fb", "a%2fb", "a//b", "-a", "a-", "a.", ".a", "a___b", "a._b", "a/-b", "%20", "a%20b", "%C3%A4", "a@b", "a:b", "a~b", "a%5Cb", "a%25b", "_", "a/_catalog",
            new string('a', 256), string.Join('/', Enumerable.Repeat("a", 200)), "%F0%9F%8D%B2", "a%7F", "a%0Ab", "a%0D%0Ab", "a+b", "a,b", "%2e%2e%2fa", "library/Ubuntu",
        };
        foreach (var name in wrong)
            yield return Get($"/v2/{name}/manifests/latest", 400, "NAME_INVALID");
        yield return Get("/v2/a%00b/manifests/latest", 400, null);
        yield return Get("/v2/%ZZ/manifests/latest", 400, "NAME_INVALID");
        yield return Get("/v2//manifests/latest", 400, "NAME_INVALID");
        yield return Get("/v2/../../etc/passwd", 404, null);
        yield return Get("/v2/a/../../../etc/passwd", 404, null);
        yield return Get("/v2/%2e%2e/%2e%2e/etc/passwd", 404, null);
        yield return Get("/v2/tags/list", 400, "NAME_INVALID");
        yield return Get("/v2/a/b", 404, "NAME_UNKNOWN");
        yield return Get("/v2/_catalog/", 404, "NAME_UNKNOWN");
        yield return Get("/v1/", 404, null);
        yield return Get("/v2x", 404, null);
    }

    private static IEnumerable<HostileRequest> Tags()
    {
        foreach (var tag in new[] { ".x", "-x", "a%20b", "%C3%A4", "a%2Fb", new string('a', 129), "a@b", "%24%28id%29", "a%0Ab", "" })
        {
            yield return Get($"/v2/a/manifests/{tag}", 404, "MANIFEST_UNKNOWN");
            yield return Put($"/v2/a/manifests/{tag}", Image, 400, "MANIFEST_INVALID");
        }

        yield return Put($"/v2/a/manifests/x?tag=y", Image, 400, "UNSUPPORTED");
        yield return Put($"/v2/a/manifests/{Digest}?tag=.x", Image, 400, "DIGEST_INVALID");
        yield return Send("DELETE", "/v2/a/manifests/.x", 400, "MANIFEST_INVALID");
        yield return Send("DELETE", "/v2/a/manifests/none", 404, "MANIFEST_UNKNOWN");
    }

    private static IEnumerable<HostileRequest> Uploads(string upload)
    {
        foreach (var id in new[] { "x", "..%2Fx", "0", "0B7F3A52-0E6C-4D8E-9B0A", "00000000000000000000000000000000", "%7B0b7f3a52-0e6c-4d8e-9b0a-0f2f7c1f9d11%7D" })
        {
            yield return Send("PATCH", $"/v2/a/blobs/uploads/{id}", 404, "BLOB_UPLOAD_UNKNOWN");
            yield return Send("PUT", $"/v2/a/blobs/uploads/{id}?digest={Digest}", 404, "BLOB_UPLOAD_UNKNOWN");
        }

        yield return Get(NoUpload, 404, "BLOB_UPLOAD_UNKNOWN");
        yield return Send("DELETE", NoUpload, 404, "BLOB_UPLOAD_UNKNOWN");
        foreach (var query in new[] { "digest=", "digest=x", "digest=sha256:x", "digest=sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", $"digest={Digest}&digest={Digest}", "mount=x", "mount=sha256:..%2F..", "digest-algorithm=md5", "digest-algorithm=", "digest-algorithm=SHA512" })
            yield return Send("POST", $"/v2/a/blobs/uploads/?{query}", 400, "DIGEST_INVALID");
        foreach (var from in new[] { "", "A", "..%2F..", "a%00b", new string('a', 300) })
            yield return Send("POST", $"/v2/a/blobs/uploads/?mount={Digest}&from={from}", 400, "NAME_INVALID");
        yield return Send("PUT", upload, 400, "DIGEST_INVALID");
        yield return Send("PUT", $"{upload}?digest=x", 400, "DIGEST_INVALID");
        foreach (var range in new[] { "x", "0-", "-1", "5-1", "bytes 0-3/4", "bytes=0-3", "0-3,4-5", "0x0-0x3", "0-9223372036854775807", "99999999999999999999-999999999999999999999", "0 - 3", "-0-3", "0-3-4", "٠-٣" })
            yield return Body("PATCH", upload, "abcd", 400, "BLOB_UPLOAD_INVALID", $"Content-Range: {range}");
        yield return Body("PATCH", upload, "abcd", 400, "BLOB_UPLOAD_INVALID", "Content-Range: 0-3", "Content-Range: 4-7");
        yield return Body("PATCH", upload, "abcd", 400, "SIZE_INVALID", "Content-Range: 0-9");
        yield return Body("PATCH", upload, "abcd", 400, "SIZE_INVALID", "Content-Range: 0-0");
        yield return Body("PATCH", upload, "abcd", 400, "SIZE_INVALID", "Content-Range: 0-9223372036854775806");
        yield return Body("PATCH", upload, "abcd", 416, "BLOB_UPLOAD_INVALID", "Content-Range: 4-7");
        yield return Body("PUT", $"{upload}?digest={Digest}", "abcd", 416, "BLOB_UPLOAD_INVALID", "Content-Range: 1-4");
    }

    private static IEnumerable<HostileRequest> Manifests()
    {
        var wrong = new Dictionary<string, string>
        {
            ["nothing"] = "",
            ["no JSON"] = "x",
            ["cut JSON"] = Image[..^1],
            ["two documents"] = Image + Image,
            ["a list"] = "[]",
            ["null"] = "null",
            ["a number"] = "1e999999",
            ["10,000 levels"] = new string('[', 10_000) + new string(']', 10_000),
            ["10,000 levels of an unknown member"] = $$"""{"schemaVersion":2,"x":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}""",
            ["no schemaVersion"] = $$"""{"config":{{Config}},"layers":[]}""",
            ["schemaVersion 1"] = """{"schemaVersion":1,"name":"a","tag":"b","fsLayers":[],"history":[],"signatures":[]}""",
            ["schemaVersion as text"] = $$"""{"schemaVersion":"2","config":{{Config}},"layers":[]}""",
            ["index and image"] = $$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"manifests":[]}""",
            ["index only"] = """{"schemaVersion":2,"manifests":[]}""",
            ["config twice"] = $$"""{"schemaVersion":2,"config":{{Config}},"config":{{Config}},"layers":[]}""",
            ["escaped second config"] = $$"""{"schemaVersion":2,"config":{{Config}},"\u0063onfig":{{Config}},"layers":[]}""",
            ["config as text"] = """{"schemaVersion":2,"config":"x","layers":[]}""",
            ["no config"] = """{"schemaVersion":2,"layers":[]}""",
            ["layers as object"] = $$"""{"schemaVersion":2,"config":{{Config}},"layers":{} }""",
            ["layer as number"] = $$"""{"schemaVersion":2,"config":{{Config}},"layers":[1]}""",
            ["layer without digest"] = $$"""{"schemaVersion":2,"config":{{Config}},"layers":[{"size":1}]}""",
            ["layer with a path for digest"] = $$"""{"schemaVersion":2,"config":{{Config}},"layers":[{"digest":"sha256:../../x","size":1}]}""",
            ["negative size"] = $$"""{"schemaVersion":2,"config":{{Config}},"layers":[{"digest":"{{Digest}}","size":-1}]}""",
            ["size beyond 64 bits"] = $$"""{"schemaVersion":2,"config":{{Config}},"layers":[{"digest":"{{Digest}}","size":99999999999999999999}]}""",
            ["size as fraction"] = $$"""{"schemaVersion":2,"config":{{Config}},"layers":[{"digest":"{{Digest}}","size":0.5}]}""",
            ["other mediaType"] = Image.Replace("{\"schemaVersion\":2", $"{{\"schemaVersion\":2,\"mediaType\":\"{MediaTypes.DockerManifest}\"", StringComparison.Ordinal),
            ["mediaType as number"] = Image.Replace("{\"schemaVersion\":2", "{\"schemaVersion\":2,\"mediaType\":2", StringComparison.Ordinal),
            ["subject as text"] = Image.Replace("\"layers\"", "\"subject\":\"x\",\"layers\"", StringComparison.Ordinal),
            ["subject without size"] = Image.Replace("\"layers\"", $"\"subject\":{{\"digest\":\"{Digest}\"}},\"layers\"", StringComparison.Ordinal),
            ["annotations as list"] = Image.Replace("\"layers\"", "\"annotations\":[],\"layers\"", StringComparison.Ordinal),
            ["annotation as number"] = Image.Replace("\"layers\"", "\"annotations\":{\"a\":1},\"layers\"", StringComparison.Ordinal),
            ["lone surrogate"] = Image.Replace("\"layers\"", "\"artifactType\":\"\\ud800\",\"layers\"", StringComparison.Ordinal),
            ["bytes that are no UTF-8"] = Image.Replace("\"layers\"", "\"artifactType\":\"\u00ff\u00fe\",\"layers\"", StringComparison.Ordinal),
            ["NUL"] = "\0",
            ["byte order mark of UTF-16"] = "\u00ff\u00fe{\0}\0",
            ["comments"] = "/* x */" + Image,
            ["trailing comma"] = """{"schemaVersion":2,}""",
        };
        foreach (var (name, body) in wrong)
            yield return Put("/v2/a/manifests/x", body, 400, "MANIFEST_INVALID") with { Name = $"manifest: {name}" };
        foreach (var type in new[] { "text/plain", "application/json", "application/vnd.docker.distribution.manifest.v1+prettyjws", "x", "*/*", MediaTypes.ImageIndex })
            yield return Put("/v2/a/manifests/x", Image, 400, "MANIFEST_INVALID", type) with { Name = $"manifest as {type}" };
        yield return Put($"/v2/a/manifests/{Digest}", Image, 400, "DIGEST_INVALID");
        yield return Put("/v2/a/manifests/x", Image.Replace("\"layers\"", $"\"x\":\"{new string('x', 4 << 20)}\",\"layers\"", StringComparison.Ordinal), 413, "SIZE_INVALID") with { Name = "manifest: too large" };
        yield return new("manifest: announced too large", "PUT /v2/a/manifests/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99999999999\r\n\r\n", 413, "SIZE_INVALID");
    }

    private static IEnumerable<HostileRequest> Lists()
    {
        foreach (var n in new[] { "-1", "x", "", "1.5", "0x10", "+1", "1e3", "%201", "1%00", "٣" })
        {
            yield return Get($"/v2/there/tags/list?n={n}", 400, "UNSUPPORTED");
            yield return Get($"/v2/_catalog?n={n}", 400, "UNSUPPORTED");
        }

        foreach (var n in new[] { "0", "9223372036854775807", "99999999999999999999999" })
        {
            yield return Get($"/v2/there/tags/list?n={n}", 200, null);
            yield return Get($"/v2/_catalog?n={n}", 200, null);
            yield return Get($"/v2/a/referrers/{Digest}?n={n}", 200, null);
        }

        yield return Get("/v2/there/tags/list?n=1&n=2", 400, "UNSUPPORTED");
        yield return Get($"/v2/there/tags/list?last={new string('x', 600)}", 400, "UNSUPPORTED");
        yield return Get("/v2/there/tags/list?last=%27%3B%20DROP%20TABLE%20tags%3B--", 200, null);
        yield return Get("/v2/there/tags/list?last=%00", 200, null);
        yield return Get($"/v2/a/referrers/{Digest}?artifactType=%27%20OR%201%3D1", 200, null);
        yield return Get($"/v2/a/referrers/{Digest}?last=zzz", 200, null);
    }

    private static IEnumerable<HostileRequest> Ranges(string blob)
    {
        foreach (var range in new[] { "bytes=2048-", "bytes=5-1", "bytes=2048-,5-1", "bytes=-0", "bytes=9999999999999999999999-" })
            yield return Send("GET", blob, 416, "SIZE_INVALID", $"Range: {range}");
        foreach (var range in new[] { "bytes=0-9999999999999999999999", "bytes=-9223372036854775807", "bytes=0-0", "BYTES=0-1", "bytes=0-1,2-3", "bytes=0-1,1000-1001", "bytes=" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $"{i}-")), "bytes=9999-,0-0" })
            yield return Send("GET", blob, 206, null, $"Range: {range}");
        foreach (var range in new[] { "bytes", "bytes=", "bytes=x-", "bytes=--1", "lines=0-1", "bytes=0-1,x", "bytes=" + string.Join(',', Enumerable.Range(0, 2000).Select(i => $"{i}-")), "bytes=0--1", "0-1", "bytes=1 - 2" })
            yield return Send("GET", blob, 200, null, $"Range: {range}");
        yield return Send("GET", blob, 200, null, "Range: bytes=0-1", "Range: bytes=2-3");
        yield return Send("GET", blob, 200, null, "Range: bytes=0-1", "If-Range: \"other\"");
        yield return Send("GET", blob, 200, null, "If-None-Match: x, \"y\", W/\"z\"");
        yield return Send("HEAD", blob, 200, null, "Range: bytes=5-1");
    }

    private static IEnumerable<HostileRequest> Methods()
    {
        foreach (var method in new[] { "TRACE", "OPTIONS", "PROPFIND", "get", "X", "POST", "PATCH" })
            yield return Send(method, "/v2/a/manifests/x", 405, "UNSUPPORTED");
        foreach (var (method, path) in new[] { ("PUT", $"/v2/a/blobs/{Digest}"), ("POST", "/v2/"), ("DELETE", "/v2/a/tags/list"), ("PUT", "/v2/_catalog"), ("GET", "/v2/a/blobs/uploads/"), ("POST", $"/v2/a/referrers/{Digest}"), ("POST", NoUpload) })
            yield return Send(method, path, 405, "UNSUPPORTED");
    }

    private static IEnumerable<HostileRequest> Framing()
    {
        const string Host = "Host: x\r\nConnection: close\r\n";
        yield return new("no host", "GET /v2/ HTTP/1.1\r\nConnection: close\r\n\r\n", 400, null);
        yield return new("two hosts", $"GET /v2/ HTTP/1.1\r\nHost: y\r\n{Host}\r\n", 400, null);
        yield return new("target of a tunnel", $"CONNECT example.com:443 HTTP/1.1\r\n{Host}\r\n", 400, null);
        yield return new("space in the target", $"GET /v2/ x HTTP/1.1\r\n{Host}\r\n", 400, null);
        yield return new("HTTP/3.7", $"GET /v2/ HTTP/3.7\r\n{Host}\r\n", 505, null);
        yield return new("TLS on a plain port", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n\r\n", 400, null);
        yield return new("nonsense", "\0\u0001\u0002\r\n\r\n", 400, null);
        yield return new("long target", $"GET /v2/{new string('a', 9_000)} HTTP/1.1\r\n{Host}\r\n", 414, null);
        yield return new("many headers", $"GET /v2/ HTTP/1.1\r\n{Host}{string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: x\r\n"))}\r\n", 431, null);
        yield return new("long header", $"GET /v2/ HTTP/1.1\r\n{Host}X: {new string('x', 40_000)}\r\n\r\n", 431, null);
        yield return new("header without a name", $"GET /v2/ HTTP/1.1\r\n{Host}: x\r\n\r\n", 400, null);
        yield return new("header with a space", $"GET /v2/ HTTP/1.1\r\n{Host}X : x\r\n\r\n", 400, null);
        yield return new("NUL in a header", $"GET /v2/ HTTP/1.1\r\n{Host}X: a\0b\r\n\r\n", 400, null);
        yield return new("folded header", $"GET /v2/ HTTP/1.1\r\n{Host}X: a\r\n b\r\n\r\n", 400, null);
        yield return new("negative length", $"PUT /v2/a/manifests/x HTTP/1.1\r\n{Host}Content-Length: -1\r\n\r\n", 400, null);
        yield return new("length beyond 64 bits", $"PUT /v2/a/manifests/x HTTP/1.1\r\n{Host}Content-Length: 99999999999999999999\r\n\r\n", 400, null);
        foreach (var length in new[] { "+5", "0x5", "5,5", "5 5", "\u0035\u00b2", "" })
            yield return new($"length '{length}'", $"PUT /v2/a/manifests/x HTTP/1.1\r\n{Host}Content-Length: {length}\r\n\r\nabcde", 400, null);
        yield return new("absolute form", $"GET http://x/v2/ HTTP/1.1\r\n{Host}\r\n", 200, null);
        yield return new("two lengths", $"PUT /v2/a/manifests/x HTTP/1.1\r\n{Host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400, null);
        yield return new("broken chunk", $"PUT /v2/a/manifests/x HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n", 400, null);
        yield return new("huge chunk", $"PUT /v2/a/manifests/x HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx\r\n", 400, null);
        yield return new("unknown encoding", $"PUT /v2/a/manifests/x HTTP/1.1\r\n{Host}Transfer-Encoding: gzip\r\n\r\nx", 400, null);
        yield return new("unknown expectation", $"PUT /v2/a/manifests/x HTTP/1.1\r\n{Host}Expect: 999\r\nContent-Length: 1\r\n\r\nx", 400, "MANIFEST_INVALID");
    }

    private static HostileRequest Get(string path, int status, string? code) => Send("GET", path, status, code);

    private static HostileRequest Put(string path, string body, int status, string? code, string type = MediaTypes.Manifest) =>
        Body("PUT", path, body, status, code, $"Content-Type: {type}");

    private static HostileRequest Send(string method, string path, int status, string? code, params string[] headers) =>
        Body(method, path, "", status, code, headers);

    private static HostileRequest Body(string method, string path, string body, int status, string? code, params string[] headers)
    {
        var head = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        foreach (var header in headers)
            head.Append(header).Append("\r\n");
        if (method is not ("GET" or "HEAD"))
            head.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        var name = $"{method} {path} {string.Join(' ', headers)}";
        return new HostileRequest(name.Length > 120 ? name[..120] : name, $"{head}\r\n{body}", status, code);
    }
}
