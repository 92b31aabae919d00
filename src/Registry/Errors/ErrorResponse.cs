using System.Buffers;
using System.Text.Json;

namespace Bistro.Registry.Errors;

/// <summary>Writes a refusal as the specification's <c>{"errors": […]}</c> body.</summary>
public static class ErrorResponse
{
    /// <summary>
    /// Answers with the error. A HEAD of an image whose build failed or is running carries the message as a <c>Warning</c>, because it
    /// has no body. Other refusals do not: clients print warnings, and a push asks by HEAD for everything that is not there yet.
    /// </summary>
    public static async Task WriteAsync(HttpContext context, OciError error)
    {
        var (status, code) = RefusalTable.Lookup(error.Refusal);
        var body = new ArrayBufferWriter<byte>(256 + error.Message.Length);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartArray("errors");
            json.WriteStartObject();
            json.WriteString("code", RefusalTable.Name(code));
            json.WriteString("message", error.Message);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        // RFC 9110, section 15.5.6: a 405 lists the methods that the resource has.
        if (error.Allow is { } allow)
            response.Headers.Allow = allow;
        context.Features.Set(error);
        if (error.Refusal is Refusal.TooManyRequests && response.Headers.RetryAfter.Count == 0)
            response.Headers.RetryAfter = "10";
        response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
        else if (error.Refusal is Refusal.BuildFailed or Refusal.BuildRunning or Refusal.BuildRunningForUnavailableRetrier)
            response.Headers.Warning = WarningHeader.Format(error.Message);
    }
}
