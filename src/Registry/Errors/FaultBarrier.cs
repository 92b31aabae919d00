using Bistro.Builder.Content;

namespace Bistro.Registry.Errors;

/// <summary>The last catch of a request: what nobody expected is logged, and told to the client without its inside.</summary>
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
            // The web server would log each with its stack, and strangers send as many as they like.
            BadRequest(log, context.Request.Method, context.Request.Path, mistake.Message);
            RefuseUnread(context, mistake.StatusCode);
        }
        catch (Exception failure)
        {
            Failed(log, failure, context.Request.Method, context.Request.Path);
            await RefuseAsync(context, new OciError(Refusal.ServerFault, "The registry failed; its log says why."));
        }
    }

    private static Task RefuseAsync(HttpContext context, OciError error)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.Clear();
            return ErrorResponse.WriteAsync(context, error);
        }

        // The head of a good answer is out already: a broken connection is the only way to say that it is not.
        context.Abort();
        return Task.CompletedTask;
    }

    // As the web server answers what it cannot read; where the next request begins is not known then.
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
