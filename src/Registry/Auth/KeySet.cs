using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace Bistro.Registry.Auth;

/// <summary>
/// The public keys of an external issuer (RFC 7517). They are fetched when they are first needed and when a token names an
/// unknown key, but not more than once a minute, whatever clients send. When a fetch fails, the keys that are known stay in use;
/// that is logged once, and so is the recovery.
/// </summary>
public sealed partial class KeySet(Uri address, HttpClient http, TimeProvider time, ILogger log) : IDisposable
{
    private const int MaxBytes = 1 << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    // Requests wait for the first answer; an issuer that hangs must not hold them.
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _fetching = new(1, 1);
    private ImmutableArray<VerificationKey> _keys = [];
    private DateTimeOffset _nextFetch = DateTimeOffset.MinValue;
    private bool _hasFailed;

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
            if (Knows(token) || time.GetUtcNow() < _nextFetch)
                return;
            _nextFetch = time.GetUtcNow() + PauseAfterFailure;
            // Not the caller's token: the keys are for all requests.
            using var timeout = new CancellationTokenSource(FetchTimeout, time);
            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            response.EnsureSuccessStatusCode();
            await response.Content.LoadIntoBufferAsync(MaxBytes, timeout.Token);
            _keys = Parse(await response.Content.ReadAsByteArrayAsync(timeout.Token));
            _nextFetch = time.GetUtcNow() + Pause;
            if (_hasFailed)
                Recovered(log, address);
            _hasFailed = false;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException or FormatException)
        {
            if (!_hasFailed)
                NotFetched(log, address, failure is OperationCanceledException ? "It does not answer." : failure.Message);
            _hasFailed = true;
        }
        finally
        {
            _fetching.Release();
        }
    }

    // RFC 7517, section 5: keys of unknown kinds, or without what their kind needs, are ignored.
    private static ImmutableArray<VerificationKey> Parse(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("The answer is no JSON Web Key Set.");
        }

        return [.. keys.EnumerateArray().Select(ReadOne).OfType<VerificationKey>()];
    }

    private static VerificationKey? ReadOne(JsonElement key)
    {
        try
        {
            return key.ValueKind == JsonValueKind.Object ? VerificationKey.Read(key) : null;
        }
        catch (Exception malformed) when (malformed is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The issuer's keys cannot be fetched from {Address}; those that are known stay in use: {Reason}")]
    private static partial void NotFetched(ILogger logger, Uri address, string reason);

    [LoggerMessage(LogLevel.Information, "The issuer's keys can be fetched again from {Address}")]
    private static partial void Recovered(ILogger logger, Uri address);
}
