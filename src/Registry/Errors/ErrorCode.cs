namespace Bistro.Registry.Errors;

/// <summary>The error codes of the distribution specification (Error Codes), and <see cref="Unknown"/> for a fault of the server itself.</summary>
public enum ErrorCode
{
    Unknown,
    BlobUnknown,
    BlobUploadInvalid,
    BlobUploadUnknown,
    DigestInvalid,
    ManifestBlobUnknown,
    ManifestInvalid,
    ManifestUnknown,
    NameInvalid,
    NameUnknown,
    SizeInvalid,
    Unauthorized,
    Denied,
    Unsupported,
    TooManyRequests,
}
