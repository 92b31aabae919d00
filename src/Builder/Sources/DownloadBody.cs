using System.Net;
using System.Net.Http.Headers;

namespace Bistro.Builder.Sources;

/// <summary>
/// What a server sends for a URL. Cut off, it goes on where it stopped (RFC 9110: Range, If-Range), as long as each piece
/// brings something and the server still has the very same file.
/// </summary>
/// <param name="http">Asks for the rest.</param>
/// <param name="response">The first answer; owned by the body.</param>
/// <param name="repeat">Creates the request again.</param>
internal sealed class DownloadBody(HttpClient http, HttpResponseMessage response, Func<HttpRequestMessage> repeat) : IDisposable
{
    private HttpResponseMessage _response = response;
    private Stream? _stream;
    private long _received;
    private long _resumedAt = -1;

    /// <summary>The server's name for this state of the file, or null.</summary>
    public EntityTagHeaderValue? ETag { get; } = response.Headers.ETag;

    /// <summary>Reads the next piece; 0 at the end.</summary>
    /// <exception cref="HttpRequestException">It was cut off for good.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                _stream ??= await _response.Content.ReadAsStreamAsync(cancellationToken);
                var count = await _stream.ReadAsync(buffer, cancellationToken);
                _received += count;
                return count;
            }
            catch (IOException failure)
            {
                if (!await ResumeAsync(cancellationToken))
                    throw new HttpRequestException(failure.Message, failure);
            }
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _response.Dispose();
    }

    private async Task<bool> ResumeAsync(CancellationToken cancellationToken)
    {
        // A weak tag does not promise equal bytes.
        if (ETag is not { IsWeak: false } || _received == _resumedAt)
            return false;
        _resumedAt = _received;
        Dispose();
        _stream = null;
        using var request = repeat();
        request.Headers.Range = new RangeHeaderValue(_received, null);
        request.Headers.IfRange = new RangeConditionHeaderValue(ETag);
        _response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return _response.StatusCode == HttpStatusCode.PartialContent && _response.Content.Headers.ContentRange?.From == _received;
    }
}
