using System.Net.Security;
using Bistro.Registry.Http;

namespace Bistro.Registry.Server;

/// <summary>The certificate for new connections. Its files can be replaced by others while the server runs.</summary>
public sealed class ServedCertificate(TlsOptions options, TimeProvider time, ILogger<TlsCertificate> log)
{
    private volatile TlsCertificate _files = new(options, time, log);

    public SslStreamCertificateContext Current => _files.Current;

    /// <summary>Reads a certificate from other files, or again from the same files. If this throws, the old one remains in use.</summary>
    /// <returns>An action that puts it in force. It does not throw.</returns>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The files do not contain a certificate and its key.</exception>
    public Action Prepare(TlsOptions files)
    {
        var fresh = new TlsCertificate(files, time, log);
        return () => _files = fresh;
    }
}
