using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Bistro.Registry.Caching;

namespace Bistro.Registry.Http;

/// <summary>The PEM files of the server's certificate and key; the chain follows the certificate.</summary>
public sealed record TlsOptions(string CertificateFile, string KeyFile);

/// <summary>The server's certificate, which is read again when its files have changed: a renewal needs no restart.</summary>
public sealed class TlsCertificate
{
    private readonly WatchedFiles<SslStreamCertificateContext> _files;

    /// <inheritdoc cref="Load"/>
    public TlsCertificate(TlsOptions options, TimeProvider time, ILogger<TlsCertificate> log) =>
        _files = new("The TLS certificate", [options.CertificateFile, options.KeyFile], contents => Read(contents[0], contents[1]), time, log);

    /// <summary>The certificate for a new connection.</summary>
    public SslStreamCertificateContext Current => _files.Current;

    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">The files do not contain a certificate and its key.</exception>
    public static SslStreamCertificateContext Load(TlsOptions options) =>
        Read(File.ReadAllBytes(options.CertificateFile), File.ReadAllBytes(options.KeyFile));

    private static SslStreamCertificateContext Read(byte[] certificateFile, byte[] keyFile)
    {
        try
        {
            var text = Encoding.UTF8.GetString(certificateFile);
            var certificate = X509Certificate2.CreateFromPem(text, Encoding.UTF8.GetString(keyFile));
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(text);
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (ArgumentException mismatch)
        {
            throw new CryptographicException(mismatch.Message, mismatch);
        }
    }
}
