using System.Collections.Immutable;
using System.Security.Cryptography;
using Bistro.Model.Errors;

namespace Bistro.Registry.Caching;

/// <summary>
/// A value that the administrator keeps in files, such as passwords or a certificate. It is read again when the content of the
/// files has changed. While they cannot be read, or hold a mistake, the last good value stays in use; that is logged once,
/// and so is the recovery. Contents are compared, because neither times nor sizes show every change: a mounted Kubernetes secret
/// is exchanged through a symbolic link.
/// </summary>
public sealed partial class WatchedFiles<T>
    where T : class
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private readonly string _subject;
    private readonly ImmutableArray<string> _paths;
    private readonly Func<IReadOnlyList<byte[]>, T> _parse;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private T _current;
    private byte[] _hash;
    private long _looked;
    private string? _failure;

    /// <param name="subject">What the files hold, for the log: "The password file".</param>
    /// <param name="paths">Absolute.</param>
    /// <param name="parse">Makes the value from the contents of the files, in the order of the paths.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be read.</exception>
    /// <exception cref="LoadException">A file holds a mistake.</exception>
    /// <exception cref="CryptographicException">A file holds a mistake.</exception>
    public WatchedFiles(string subject, ImmutableArray<string> paths, Func<IReadOnlyList<byte[]>, T> parse, TimeProvider time, ILogger log)
    {
        (_subject, _paths, _parse, _time, _log) = (subject, paths, parse, time, log);
        _looked = time.GetTimestamp();
        var contents = Read();
        _hash = HashOf(contents);
        _current = parse(contents);
    }

    /// <summary>The value; at most every two seconds the files are looked at first.</summary>
    public T Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetElapsedTime(_looked) >= LookAgain)
                {
                    _looked = _time.GetTimestamp();
                    Refresh();
                }

                return _current;
            }
        }
    }

    private void Refresh()
    {
        try
        {
            var contents = Read();
            var hash = HashOf(contents);
            if (!hash.AsSpan().SequenceEqual(_hash))
                (_current, _hash) = (_parse(contents), hash);
            if (_failure is not null)
                Recovered(_log, _subject);
            _failure = null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or LoadException or CryptographicException)
        {
            // Two files are not replaced at the same instant; the next look may find both.
            if (_failure != failure.Message)
                NotRead(_log, _subject, failure.Message);
            _failure = failure.Message;
        }
    }

    private List<byte[]> Read() => [.. _paths.Select(File.ReadAllBytes)];

    private static byte[] HashOf(List<byte[]> contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var content in contents)
            hash.AppendData(SHA256.HashData(content));
        return hash.GetHashAndReset();
    }

    [LoggerMessage(LogLevel.Warning, "{Subject} cannot be read again; the last good content stays in use: {Reason}")]
    private static partial void NotRead(ILogger logger, string subject, string reason);

    [LoggerMessage(LogLevel.Information, "{Subject} can be read again and is in use")]
    private static partial void Recovered(ILogger logger, string subject);
}
