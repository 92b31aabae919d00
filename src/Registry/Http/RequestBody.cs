using System.IO.Pipelines;

namespace Bistro.Registry.Http;

/// <summary>Reads a request's body, and tells a client's mistake from a failing disk: both are I/O to the web server.</summary>
public static class RequestBody
{
    /// <exception cref="BadHttpRequestException">The body is cut off or badly framed.</exception>
    public static async ValueTask<ReadResult> ReadAsync(PipeReader body, int atLeast, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAtLeastAsync(atLeast, cancellationToken);
        }
        catch (IOException failure) when (failure is not BadHttpRequestException)
        {
            throw new BadHttpRequestException("The request's body cannot be read.", failure);
        }
    }
}
