using System.Security.Cryptography;
using Bistro.Model.Yaml;
using Bistro.Registry.Http;

namespace Bistro.Registry.Configuration;

/// <summary>Reads <c>tls:</c> and checks the certificate, so that a wrong file is reported with the line that names it.</summary>
internal static class TlsSection
{
    public static TlsOptions? Read(MappingNode root, ConfigurationScope scope)
    {
        if (!root.Contains("tls"))
            return null;
        var tls = scope.Section(root, "tls", "certificate", "key");
        return scope.Check<TlsOptions?>(() => Load(tls, scope), null);
    }

    private static TlsOptions Load(MappingNode tls, ConfigurationScope scope)
    {
        var (certificate, key) = (tls.RequiredScalar("certificate"), tls.Scalar("key") ?? tls.RequiredScalar("certificate"));
        var options = new TlsOptions(scope.FullPath(certificate.Value), scope.FullPath(key.Value));
        if (!scope.IsServing)
            return options;
        // The value is not repeated: it may be the key itself.
        if (!File.Exists(options.CertificateFile))
            throw certificate.Wrong("'certificate' must name an existing file");
        if (!File.Exists(options.KeyFile))
            throw key.Wrong("'key' must name an existing file");

        try
        {
            TlsCertificate.Load(options).TargetCertificate.Dispose();
            return options;
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw certificate.Wrong("'certificate' and 'key' must name a certificate and its key, both in PEM and readable");
        }
    }
}
