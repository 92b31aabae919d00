namespace Bistro.Registry.Http;

/// <summary>Writes a body that is in memory. Most are small and written at once; larger ones at the pace of the client.</summary>
public static class ResponseBytes
{
    public static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> bytes) => bytes.Length <= SendPace.Piece
        ? context.Response.BodyWriter.WriteAsync(bytes, CancellationToken.None).AsTask() // A token costs more than so few bytes.
        : BlobSender.SendAsync(bytes, context.Response.BodyWriter, SendPace.Of(context), context.RequestAborted);
}
