using Bistro.Builder.Files;

namespace Bistro.Registry.Errors;

/// <summary>Handles the exceptions of a request: it logs them, and sends the client an error without internal details.</summary>
public sealed partial class FaultBarrier(RequestDelegate next, ILogger<FaultBarrier> log)
{
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception failure) when (context.RequestAborted.IsCancellationRequested)
        {
            ClientLeft(log, context.Request.Method, context.Request.Path, failure.Message);
            context.Abort();
        }
        catch (IOException full) when (DiskFullException.Means(full))
        {
            DiskFull(log, full.Message);
            await RefuseAsync(context, new OciError(Refusal.StoreFull, "The registry's disk is full."));
        }
        catch (BadHttpRequestException mistake)
        {
            // The web server would log each one with a stack trace, and any client can send many of them.
            BadRequest(log, context.Request.Method, context.Request.Path, mistake.Message);
            RefuseUnread(context, mistake.StatusCode);
        }
        catch (Exception failure)
        {
            Failed(log, failure, context.Request.Method, context.Request.Path);
            await RefuseAsync(context, new OciError(Refusal.ServerFault, "The registry failed. Its log has the details."));
        }
    }

    private static Task RefuseAsync(HttpContext context, OciError error)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.Clear();
            return ErrorResponse.WriteAsync(context, error);
        }

        // The response has started, so closing the connection is the only way to report the failure.
        context.Abort();
        return Task.CompletedTask;
    }

    // The web server answers unreadable requests in the same way. The start of the next request is unknown, so the connection ends.
    private static void RefuseUnread(HttpContext context, int status)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = status;
        context.Response.Headers.Connection = "close";
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path}: {Mistake}")]
    private static partial void BadRequest(ILogger logger, string method, PathString path, string mistake);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path}: the client left: {Reason}")]
    private static partial void ClientLeft(ILogger logger, string method, PathString path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}")]
    private static partial void DiskFull(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void Failed(ILogger logger, Exception failure, string method, PathString path);
}
