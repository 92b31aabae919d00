using Bistro.Registry.Names;

namespace Bistro.Registry.Endpoints;

/// <summary>The methods of each endpoint, for the <c>Allow</c> header of a 405 (RFC 9110, section 10.2.1).</summary>
public static class AllowedMethods
{
    /// <param name="except">A method that the endpoint has, but not for this resource.</param>
    public static string Of(ApiPath path, string? except = null) =>
        string.Join(", ", MethodsOf(path).Where(method => method != except));

    private static string[] MethodsOf(ApiPath path) => path switch
    {
        ApiPath.Manifest => ["GET", "HEAD", "PUT", "DELETE"],
        ApiPath.Blob => ["GET", "HEAD", "DELETE"],
        ApiPath.Uploads => ["POST"],
        ApiPath.Upload => ["GET", "HEAD", "PATCH", "PUT", "DELETE"],
        _ => ["GET", "HEAD"],
    };
}
