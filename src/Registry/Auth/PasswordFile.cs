using System.Security.Cryptography;
using System.Text;
using Bistro.Registry.Caching;

namespace Bistro.Registry.Auth;

/// <summary>
/// Checks passwords against the password file, which is read again when it has changed. A password that was right is remembered
/// as a keyed hash for a while, because bcrypt is slow on purpose and clients send the password with each request.
/// </summary>
public sealed class PasswordFile(string path, TimeProvider time, ILogger log) : IDisposable
{
    private static readonly TimeSpan Remember = TimeSpan.FromMinutes(5);

    private readonly WatchedFiles<PasswordList> _users =
        new($"The password file {path}", [path], contents => PasswordList.Parse(path, contents[0]), time, log);

    // A hash is computed for an unknown user too, so that the time does not tell which users exist.
    private readonly string _nobody = BCrypt.Net.BCrypt.HashPassword(Convert.ToHexString(RandomNumberGenerator.GetBytes(16)), 10);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    // Guesses keep at most half of the cores busy.
    private readonly SemaphoreSlim _verifying = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (byte[] Hash, DateTimeOffset Until)> _right = new(StringComparer.Ordinal);

    /// <summary>Whether the password is the user's.</summary>
    public async ValueTask<bool> CheckAsync(string user, string password, CancellationToken cancellationToken)
    {
        var hash = HashOf(user);
        var proof = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{hash}\0{password}"));
        if (hash is not null && IsRemembered(user, proof))
            return true;
        await _verifying.WaitAsync(cancellationToken);
        var isRight = false;
        try
        {
            isRight = BCrypt.Net.BCrypt.Verify(password, hash ?? _nobody) && hash is not null;
        }
        finally
        {
            _verifying.Release();
        }

        if (isRight)
        {
            lock (_lock)
                _right[user] = (proof, time.GetUtcNow() + Remember);
        }

        return isRight;
    }

    /// <summary>
    /// Changes with the user's password: what is bound to it ends when the password changes or the user is removed. Null when there
    /// is no such user.
    /// </summary>
    public string? VersionOf(string user) =>
        HashOf(user) is { } hash ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(hash)).AsSpan(0, 16)) : null;

    public void Dispose() => _verifying.Dispose();

    private string? HashOf(string user) => _users.Current.Hashes.GetValueOrDefault(user);

    private bool IsRemembered(string user, byte[] proof)
    {
        lock (_lock)
        {
            return _right.TryGetValue(user, out var right) && right.Until > time.GetUtcNow()
                && CryptographicOperations.FixedTimeEquals(right.Hash, proof);
        }
    }
}
