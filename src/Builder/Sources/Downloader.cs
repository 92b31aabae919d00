using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Bistro.Builder.Errors;
using Bistro.Builder.Files;
using Bistro.Model.Content;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources;

/// <summary>
/// Downloads files by <c>http</c>, <c>https</c> and <c>file</c>, hashes them while they stream, and keeps them by their SHA-256:
/// <code>
/// sources/KIND/HEX          a file whose SHA-256 is HEX: whole, synced
/// sources/KIND/etags/HEX    "SHA-256 ETag" of the file that a URL had when it was last read; HEX is the hash of the URL's text
/// </code>
/// </summary>
/// <param name="http">Does not follow redirects by itself.</param>
/// <param name="time">Measures how long a server is silent.</param>
public sealed class Downloader(HttpClient http, TimeProvider time)
{
    // A server that sends nothing for so long is taken for dead.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly Netrc _netrc = Netrc.OfUser();

    /// <summary>The path of the file with this digest, whether or not it was downloaded.</summary>
    public static string PathOf(SourceStaging staging, Digest digest) => PathOf(staging.MirrorDirectory, digest);

    /// <summary>Whether the mirror directory has the file with this SHA-256, in hex.</summary>
    public static bool Has(string mirrorDirectory, string? sha256) =>
        Digest.TryParseHex(sha256, out var digest) && File.Exists(PathOf(mirrorDirectory, digest));

    private static string PathOf(string mirrorDirectory, Digest digest) => Path.Combine(mirrorDirectory, digest.Hex);

    /// <summary>The path of the file with this digest, downloaded if necessary from the first of the URLs that has it.</summary>
    /// <exception cref="SourceException">None of the URLs has it. The message has the error of each.</exception>
    public async Task<string> FetchAsync(
        SourceStaging staging, Digest digest, ImmutableArray<MirrorUrl> urls, CancellationToken cancellationToken)
    {
        var path = PathOf(staging, digest);
        if (File.Exists(path))
            return path;
        await FromFirstAsync(urls, async url =>
        {
            using var received = (await ReceiveAsync(staging, url, etag: null, cancellationToken))!;
            if (received.Digest != digest)
                throw new SourceException($"{Describe(url)} has the SHA-256 {received.Digest.Hex}, but the ref says {digest.Hex}.", Describe(url));
            received.MoveTo(path);
            return digest;
        });
        return path;
    }

    /// <summary>The SHA-256 of the file at the first URL that has one. The file is kept like a fetched one.</summary>
    /// <exception cref="SourceException">None of the URLs has a file.</exception>
    public Task<Digest> TrackAsync(SourceStaging staging, ImmutableArray<MirrorUrl> urls, CancellationToken cancellationToken) =>
        FromFirstAsync(urls, async url =>
        {
            var record = Path.Combine(staging.MirrorDirectory, "etags", Digest.Of(Encoding.UTF8.GetBytes(url.Url)).Hex);
            var known = ReadRecord(staging, record);
            using var received = await ReceiveAsync(staging, url, known?.ETag, cancellationToken);
            if (received is null)
                return known!.Value.Digest;
            received.MoveTo(PathOf(staging, received.Digest));
            if (received.ETag is { } etag)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(record)!);
                await File.WriteAllTextAsync(record, $"{received.Digest.Hex} {etag}", cancellationToken);
            }
            return received.Digest;
        });

    private static async Task<Digest> FromFirstAsync(ImmutableArray<MirrorUrl> urls, Func<MirrorUrl, Task<Digest>> read)
    {
        List<SourceException> failures = [];
        foreach (var url in urls)
        {
            try
            {
                return await read(url);
            }
            catch (SourceException failure)
            {
                failures.Add(failure);
            }
        }
        if (failures is [var only])
            throw only;
        throw new SourceException(
            string.Join('\n', failures.Select(failure => failure.Message)), failures[^1].Url, failures.Exists(failure => failure.IsTransient));
    }

    /// <summary>Downloads a file; null when it has not changed since it had the ETag.</summary>
    private async Task<ReceivedFile?> ReceiveAsync(SourceStaging staging, MirrorUrl url, string? etag, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url.Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https" or "file"))
            throw Failure(url, "only http, https and file URLs are supported.", isTransient: false);
        return address.IsFile
            ? await CopyAsync(staging, address, cancellationToken)
            : await RequestAsync(staging, address, url, etag, cancellationToken);
    }

    private static async Task<ReceivedFile> CopyAsync(SourceStaging staging, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(address.LocalPath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return await ReceivedFile.SaveAsync(buffer => file.ReadAsync(buffer, cancellationToken), etag: null, staging, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException and not DiskFullException or UnauthorizedAccessException)
        {
            throw new SourceException($"{address.OriginalString} cannot be read: {failure.Message}", address.OriginalString);
        }
    }

    private async Task<ReceivedFile?> RequestAsync(
        SourceStaging staging, Uri address, MirrorUrl url, string? etag, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var response = await SendAsync(address, url, etag, stop.Token);
            var found = response.RequestMessage!.RequestUri!;
            using var body = new DownloadBody(http, response, () => Request(found, isRedirected: found != address, url, etag: null));
            if (response.StatusCode == HttpStatusCode.NotModified && etag is not null)
                return null;
            if (!response.IsSuccessStatusCode)
                throw Failure(url, $"the server answered {(int)response.StatusCode} {response.ReasonPhrase}.", IsTransient(response.StatusCode));
            return await ReceivedFile.SaveAsync(buffer => ReadAsync(body, buffer), body.ETag?.ToString(), staging, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(url, $"the server sent nothing for {Timeout.TotalSeconds:0} seconds.", isTransient: true);
        }
        catch (HttpRequestException failure)
        {
            throw Failure(url, failure.Message, isTransient: true);
        }

        ValueTask<int> ReadAsync(DownloadBody body, Memory<byte> buffer)
        {
            timeout.CancelAfter(Timeout);
            return body.ReadAsync(buffer, stop.Token);
        }
    }

    private static SourceException Failure(MirrorUrl url, string reason, bool isTransient) =>
        new($"{Describe(url)} cannot be downloaded: {reason}", Describe(url), isTransient);

    private async Task<HttpResponseMessage> SendAsync(Uri address, MirrorUrl url, string? etag, CancellationToken cancellationToken)
    {
        for (var (target, count) = (address, 0); ; count++)
        {
            using var request = Request(target, isRedirected: count > 0, url, etag);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (Redirects.TargetOf(response, target) is not { } next)
                return response;
            response.Dispose();
            if (Redirects.FindFault(target, next, count) is { } fault)
                throw Failure(url, fault, isTransient: false);
            target = next;
        }
    }

    // A login is not sent to where a redirect leads.
    private HttpRequestMessage Request(Uri address, bool isRedirected, MirrorUrl url, string? etag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Bistro", null));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        if (etag is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        if (!isRedirected)
            request.Headers.Authorization = _netrc.Authorize(address, url.UsesBearer);
        return request;
    }

    private static (Digest Digest, string ETag)? ReadRecord(SourceStaging staging, string record)
    {
        if (!File.Exists(record))
            return null;
        var text = File.ReadAllText(record);
        return text.Length > 65 && Digest.TryParseHex(text.AsSpan(0, 64), out var digest) && File.Exists(PathOf(staging, digest))
            ? (digest, text[65..])
            : null;
    }

    private static bool IsTransient(HttpStatusCode status) =>
        (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    /// <summary>The URL as messages show it.</summary>
    private static string Describe(MirrorUrl url) => SourceUrl.WithoutCredentials(url.Url);
}
