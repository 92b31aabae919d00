namespace Bistro.Registry.Errors;

/// <summary>The table that maps each refusal to its HTTP status and error code (distribution-spec: Error Codes, Endpoints).</summary>
public static class RefusalTable
{
    public static (int Status, ErrorCode Code) Lookup(Refusal refusal) => refusal switch
    {
        Refusal.NameInvalid => (StatusCodes.Status400BadRequest, ErrorCode.NameInvalid),
        Refusal.RepositoryUnknown => (StatusCodes.Status404NotFound, ErrorCode.NameUnknown),
        Refusal.ReferenceInvalid => (StatusCodes.Status400BadRequest, ErrorCode.ManifestInvalid),
        Refusal.ParameterInvalid => (StatusCodes.Status400BadRequest, ErrorCode.Unsupported),
        Refusal.DigestInvalid => (StatusCodes.Status400BadRequest, ErrorCode.DigestInvalid),
        Refusal.DigestMismatch => (StatusCodes.Status400BadRequest, ErrorCode.DigestInvalid),
        Refusal.SizeMismatch => (StatusCodes.Status400BadRequest, ErrorCode.SizeInvalid),
        Refusal.BlobUnknown => (StatusCodes.Status404NotFound, ErrorCode.BlobUnknown),
        Refusal.BlobTooLarge => (StatusCodes.Status413PayloadTooLarge, ErrorCode.SizeInvalid),
        Refusal.RangeUnsatisfiable => (StatusCodes.Status416RangeNotSatisfiable, ErrorCode.SizeInvalid),
        Refusal.UploadUnknown => (StatusCodes.Status404NotFound, ErrorCode.BlobUploadUnknown),
        Refusal.UploadInvalid => (StatusCodes.Status400BadRequest, ErrorCode.BlobUploadInvalid),
        Refusal.UploadBusy => (StatusCodes.Status409Conflict, ErrorCode.BlobUploadInvalid),
        Refusal.ChunkOutOfOrder => (StatusCodes.Status416RangeNotSatisfiable, ErrorCode.BlobUploadInvalid),
        Refusal.ManifestUnknown => (StatusCodes.Status404NotFound, ErrorCode.ManifestUnknown),
        Refusal.ManifestInvalid => (StatusCodes.Status400BadRequest, ErrorCode.ManifestInvalid),
        Refusal.ManifestTooLarge => (StatusCodes.Status413PayloadTooLarge, ErrorCode.SizeInvalid),
        Refusal.ManifestReferenceUnknown => (StatusCodes.Status404NotFound, ErrorCode.ManifestBlobUnknown),
        // No client retries this: a failed build would fail again.
        Refusal.BuildFailed => (StatusCodes.Status404NotFound, ErrorCode.ManifestUnknown),
        // containerd and oras show the text of a 403, and of a 404 only that it is one. They repeat neither.
        Refusal.BuildFailedAsDenied => (StatusCodes.Status403Forbidden, ErrorCode.Denied),
        Refusal.BuildRunning => (StatusCodes.Status429TooManyRequests, ErrorCode.TooManyRequests),
        // go-containerregistry does not retry a 429, but it retries a 503.
        Refusal.BuildRunningForUnavailableRetrier => (StatusCodes.Status503ServiceUnavailable, ErrorCode.TooManyRequests),
        Refusal.Unauthorized => (StatusCodes.Status401Unauthorized, ErrorCode.Unauthorized),
        Refusal.Denied => (StatusCodes.Status403Forbidden, ErrorCode.Denied),
        Refusal.ReadOnly => (StatusCodes.Status405MethodNotAllowed, ErrorCode.Unsupported),
        Refusal.DeleteDisabled => (StatusCodes.Status405MethodNotAllowed, ErrorCode.Unsupported),
        Refusal.MethodUnknown => (StatusCodes.Status405MethodNotAllowed, ErrorCode.Unsupported),
        Refusal.PathUnknown => (StatusCodes.Status404NotFound, ErrorCode.NameUnknown),
        Refusal.TooManyRequests => (StatusCodes.Status429TooManyRequests, ErrorCode.TooManyRequests),
        Refusal.StoreFull => (StatusCodes.Status507InsufficientStorage, ErrorCode.Denied),
        Refusal.ServerFault => (StatusCodes.Status500InternalServerError, ErrorCode.Unknown),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not in the table of refusals."),
    };

    /// <summary>The code's text in an error body, such as <c>BLOB_UNKNOWN</c>.</summary>
    public static string Name(ErrorCode code) => code switch
    {
        ErrorCode.Unknown => "UNKNOWN",
        ErrorCode.BlobUnknown => "BLOB_UNKNOWN",
        ErrorCode.BlobUploadInvalid => "BLOB_UPLOAD_INVALID",
        ErrorCode.BlobUploadUnknown => "BLOB_UPLOAD_UNKNOWN",
        ErrorCode.DigestInvalid => "DIGEST_INVALID",
        ErrorCode.ManifestBlobUnknown => "MANIFEST_BLOB_UNKNOWN",
        ErrorCode.ManifestInvalid => "MANIFEST_INVALID",
        ErrorCode.ManifestUnknown => "MANIFEST_UNKNOWN",
        ErrorCode.NameInvalid => "NAME_INVALID",
        ErrorCode.NameUnknown => "NAME_UNKNOWN",
        ErrorCode.SizeInvalid => "SIZE_INVALID",
        ErrorCode.Unauthorized => "UNAUTHORIZED",
        ErrorCode.Denied => "DENIED",
        ErrorCode.Unsupported => "UNSUPPORTED",
        ErrorCode.TooManyRequests => "TOOMANYREQUESTS",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "Not in the table of codes."),
    };
}
