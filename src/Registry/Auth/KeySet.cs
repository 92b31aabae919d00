using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace Bistro.Registry.Auth;

/// <summary>
/// The public keys of an issuer elsewhere (RFC 7517). Fetched when first needed and when a token names an unknown key, but
/// not more than once a minute, whatever is sent.
/// </summary>
public sealed class KeySet(Uri address, HttpClient http, TimeProvider time) : IDisposable
{
    private const int MaxBytes = 1 << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    // Requests wait for the first answer; an issuer that hangs shall not hold them.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _fetching = new(1, 1);
    private ImmutableArray<VerificationKey> _keys = [];
    private DateTimeOffset _fetched = DateTimeOffset.MinValue;

    public async ValueTask<bool> VerifiesAsync(JsonWebToken token, CancellationToken cancellationToken)
    {
        if (!Knows(token))
            await FetchAsync(token, cancellationToken);
        foreach (var key in _keys)
        {
            if (Fits(key, token) && key.Verifies(token))
                return true;
        }

        return false;
    }

    public void Dispose() => _fetching.Dispose();

    private bool Knows(JsonWebToken token)
    {
        foreach (var key in _keys)
        {
            if (Fits(key, token))
                return true;
        }

        return false;
    }

    private static bool Fits(VerificationKey key, JsonWebToken token) => token.KeyId is null || key.Id is null || key.Id == token.KeyId;

    private async Task FetchAsync(JsonWebToken token, CancellationToken cancellationToken)
    {
        await _fetching.WaitAsync(cancellationToken);
        try
        {
            if (Knows(token) || time.GetUtcNow() - _fetched < Pause)
                return;
            _fetched = time.GetUtcNow();
            // Not the caller's token: the keys are for everybody, and the next fetch is a minute away.
            using var patience = new CancellationTokenSource(Patience, time);
            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            response.EnsureSuccessStatusCode();
            await response.Content.LoadIntoBufferAsync(MaxBytes, patience.Token);
            _keys = Parse(await response.Content.ReadAsByteArrayAsync(patience.Token));
        }
        catch (Exception failure) when (failure
            is HttpRequestException or OperationCanceledException or JsonException or FormatException or CryptographicException)
        {
            // The keys that are known stay good; a token of an unknown key is refused until the next fetch.
        }
        finally
        {
            _fetching.Release();
        }
    }

    private static ImmutableArray<VerificationKey> Parse(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
            ? [.. keys.EnumerateArray().Select(VerificationKey.Read).OfType<VerificationKey>()]
            : [];
    }
}
