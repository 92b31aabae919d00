using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Bistro.Builder.Images.Oci;

namespace Bistro.Conformance.Distribution;

/// <summary>What every test of the distribution API does over and over.</summary>
internal static class ClientExtensions
{
    public static string Sha256(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    public static string Sha512(byte[] content) => "sha512:" + Convert.ToHexStringLower(SHA512.HashData(content));

    public static byte[] RandomBytes(int length) => RandomNumberGenerator.GetBytes(length);

    /// <summary>Sends a request; its headers are given as <c>Name: value</c>.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        this HttpClient client, string method, string path, HttpContent? body = null, params string[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body };
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (header[..colon], header[(colon + 1)..].Trim());
            if (!request.Headers.TryAddWithoutValidation(name, value))
                (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, TestContext.Current.CancellationToken);
    }

    /// <summary>Pushes a blob whole and gives its digest.</summary>
    public static async Task<string> PushBlobAsync(this HttpClient client, string repository, byte[] content)
    {
        var digest = Sha256(content);
        var response = await client.SendAsync("POST", $"/v2/{repository}/blobs/uploads/?digest={digest}", Octets(content));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return digest;
    }

    /// <summary>Pushes a manifest and gives its digest.</summary>
    public static async Task<string> PushManifestAsync(this HttpClient client, string repository, string reference, byte[] manifest, string mediaType = MediaTypes.Manifest)
    {
        var response = await client.SendAsync("PUT", $"/v2/{repository}/manifests/{reference}", Typed(manifest, mediaType));
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return Sha256(manifest);
    }

    /// <summary>Pushes an image of one random layer under a tag and gives its manifest.</summary>
    public static async Task<byte[]> PushImageAsync(this HttpClient client, string repository, string tag, string extraMembers = "")
    {
        var config = Encoding.UTF8.GetBytes("{}");
        var layer = RandomBytes(512);
        await client.PushBlobAsync(repository, config);
        await client.PushBlobAsync(repository, layer);
        var manifest = Image(Sha256(config), config.Length, Sha256(layer), layer.Length, extraMembers);
        await client.PushManifestAsync(repository, tag, manifest);
        return manifest;
    }

    public static byte[] Image(string config, long configSize, string layer, long layerSize, string extraMembers = "") => Encoding.UTF8.GetBytes(
        $$"""
        {"schemaVersion":2,"mediaType":"{{MediaTypes.Manifest}}",
        "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{config}}","size":{{configSize}}},
        "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{layer}}","size":{{layerSize}}}]{{extraMembers}}}
        """);

    public static byte[] Index(params (string Digest, string Platform)[] entries)
    {
        var manifests = entries.Select(entry =>
            $$$"""{"mediaType":"{{{MediaTypes.Manifest}}}","digest":"{{{entry.Digest}}}","size":7,"platform":{"os":"{{{entry.Platform.Split('/')[0]}}}","architecture":"{{{entry.Platform.Split('/')[1]}}}"}}""");
        return Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageIndex}}","manifests":[{{string.Join(",", manifests)}}]}""");
    }

    public static ByteArrayContent Octets(byte[] content) => Typed(content, "application/octet-stream");

    public static ByteArrayContent Typed(byte[] content, string mediaType)
    {
        var body = new ByteArrayContent(content);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return body;
    }

    /// <summary>The single value of a header of the response or its content; null when it has none.</summary>
    public static string? Header(this HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? Assert.Single(values) : null;

    public static Task<byte[]> BytesAsync(this HttpResponseMessage response) =>
        response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonDocument.Parse(await response.BytesAsync()).RootElement;

    /// <summary>Asserts status and code of a refusal.</summary>
    public static async Task RefusedAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {text}");
        Assert.Equal(code, JsonDocument.Parse(text).RootElement.GetProperty("errors")[0].GetProperty("code").GetString());
    }
}
