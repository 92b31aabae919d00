using System.Net.Security;
using Bistro.Registry.Http;

namespace Bistro.Registry.Server;

/// <summary>The certificate for new connections, which other files may take the place of while the server runs.</summary>
public sealed class ServedCertificate(TlsOptions options, TimeProvider time, ILogger<TlsCertificate> log)
{
    private volatile TlsCertificate _files = new(options, time, log);

    public SslStreamCertificateContext Current => _files.Current;

    /// <summary>Reads a certificate from other files, or from the same ones again. When it throws, the old one stays.</summary>
    /// <returns>Puts it in force. It does not throw.</returns>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The files hold no certificate and key that belong together.</exception>
    public Action Prepare(TlsOptions files)
    {
        var fresh = new TlsCertificate(files, time, log);
        return () => _files = fresh;
    }
}
