using System.Security.Cryptography;
using System.Text;

namespace Bistro.Registry.Auth;

/// <summary>
/// Users and their bcrypt hashes, as htpasswd -B writes them; read again when the file has changed. A password that was
/// right is remembered as a keyed hash for a while, because bcrypt is slow on purpose and clients send it each time.
/// </summary>
public sealed class PasswordFile(string path, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Remember = TimeSpan.FromMinutes(5);

    // For a user who does not exist a hash is computed too, so that the time says nothing.
    private readonly string _nobody = BCrypt.Net.BCrypt.HashPassword(Convert.ToHexString(RandomNumberGenerator.GetBytes(16)), 10);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    // Guesses may keep half of the cores busy, and no more.
    private readonly SemaphoreSlim _verifying = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (byte[] Hash, DateTimeOffset Until)> _right = new(StringComparer.Ordinal);
    private Dictionary<string, string> _hashes = new(StringComparer.Ordinal);
    private DateTimeOffset _looked = DateTimeOffset.MinValue;
    private (DateTime Written, long Length) _version;

    /// <summary>Whether the password is the user's.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
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
            isRight = Verify(password, hash ?? _nobody) && hash is not null;
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

    /// <summary>The number of the first line that is neither a user with a bcrypt hash nor a comment nor empty, or null.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static int? FindUnusableLine(string path)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line is not ("" or ['#', ..]) && !HoldsUser(line, out _))
                return number;
        }

        return null;
    }

    public void Dispose() => _verifying.Dispose();

    private bool IsRemembered(string user, byte[] proof)
    {
        lock (_lock)
        {
            return _right.TryGetValue(user, out var right) && right.Until > time.GetUtcNow()
                && CryptographicOperations.FixedTimeEquals(right.Hash, proof);
        }
    }

    private string? HashOf(string user)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now - _looked >= LookAgain)
            {
                _looked = now;
                ReadIfChanged();
            }

            return _hashes.GetValueOrDefault(user);
        }
    }

    private void ReadIfChanged()
    {
        var file = new FileInfo(path);
        var version = (file.LastWriteTimeUtc, file.Exists ? file.Length : throw new FileNotFoundException($"There is no password file {path}.", path));
        if (version == _version)
            return;
        _hashes = Parse(File.ReadLines(path));
        _version = version;
    }

    // USER:$2y$…; only bcrypt, as the other forms of htpasswd are no protection.
    private static Dictionary<string, string> Parse(IEnumerable<string> lines)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (HoldsUser(line, out var colon))
                hashes[line[..colon]] = line[(colon + 1)..].TrimEnd();
        }

        return hashes;
    }

    private static bool HoldsUser(string line, out int colon)
    {
        colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && line[0] != '#' && line.AsSpan(colon + 1).StartsWith("$2");
    }

    private static bool Verify(string password, string hash)
    {
        try
        {
            return BCrypt.Net.BCrypt.Verify(password, hash);
        }
        catch (BCrypt.Net.SaltParseException)
        {
            return false;
        }
    }
}
