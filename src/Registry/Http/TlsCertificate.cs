using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Bistro.Registry.Http;

/// <summary>Where the server's certificate is: PEM files, the chain behind the certificate.</summary>
public sealed record TlsOptions(string CertificateFile, string KeyFile);

/// <summary>
/// The server's certificate, read again when its files have changed: whoever renews it need not tell the server. A new one
/// that cannot be read leaves the old one in use.
/// </summary>
public sealed partial class TlsCertificate
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private readonly TlsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private SslStreamCertificateContext _current;
    private (DateTime, DateTime) _version;
    private long _looked;

    /// <exception cref="CryptographicException">The files hold no certificate and key that belong together.</exception>
    public TlsCertificate(TlsOptions options, TimeProvider time, ILogger<TlsCertificate> log)
    {
        (_options, _time, _log) = (options, time, log);
        (_version, _looked) = (Version(), time.GetTimestamp());
        _current = Load(options);
    }

    /// <exception cref="CryptographicException">The files hold no certificate and key that belong together.</exception>
    public static SslStreamCertificateContext Load(TlsOptions options)
    {
        var certificate = Read(options);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(options.CertificateFile);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private static X509Certificate2 Read(TlsOptions options)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile);
        }
        catch (ArgumentException mismatch)
        {
            throw new CryptographicException(mismatch.Message, mismatch);
        }
    }

    /// <summary>The certificate for a new connection.</summary>
    public SslStreamCertificateContext Current
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
            var version = Version();
            if (version == _version)
                return;
            _current = Load(_options);
            _version = version;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // The two files are not replaced at the same instant; the next look may find both.
            NotRead(_log, failure.Message);
        }
    }

    private (DateTime, DateTime) Version() => (File.GetLastWriteTimeUtc(_options.CertificateFile), File.GetLastWriteTimeUtc(_options.KeyFile));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The TLS certificate has changed but cannot be read; the old one stays in use: {Reason}")]
    private static partial void NotRead(ILogger logger, string reason);
}
