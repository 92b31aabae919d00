using System.Buffers;
using System.Text.Json;

namespace Bistro.Registry.Http;

/// <summary>Writes a JSON body with its exact length, which HEAD tells too.</summary>
public static class JsonResponse
{
    public static async Task WriteAsync(HttpContext context, string contentType, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(body))
            write(json);
        var response = context.Response;
        response.ContentType = contentType;
        response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
            await ResponseBytes.WriteAsync(context, body.WrittenMemory);
    }
}
