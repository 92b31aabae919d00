using System.Buffers;
using System.Text.Json;

namespace Bistro.Registry.Errors;

/// <summary>Writes a refusal as the specification's <c>{"errors": […]}</c> body.</summary>
public static class ErrorResponse
{
    /// <summary>Answers with the error. A HEAD carries the message as a <c>Warning</c> instead, because it has no body.</summary>
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
        if (error.Refusal is Refusal.TooManyRequests && response.Headers.RetryAfter.Count == 0)
            response.Headers.RetryAfter = "10";
        response.ContentLength = body.WrittenCount;
        if (HttpMethods.IsHead(context.Request.Method))
            response.Headers.Warning = WarningHeader.Format(error.Message);
        else
            await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
