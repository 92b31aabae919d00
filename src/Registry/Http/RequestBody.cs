using System.IO.Pipelines;

namespace Bistro.Registry.Http;

/// <summary>Reads a request body. Separates errors of the client from disk errors: the web server reports both as I/O exceptions.</summary>
public static class RequestBody
{
    /// <exception cref="BadHttpRequestException">The body is incomplete or malformed.</exception>
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
