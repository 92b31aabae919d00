using System.Text;

namespace Bistro.Builder.Processes;

/// <summary>The usual readers of a program's output.</summary>
public static class OutputReaders
{
    /// <summary>Copies to a stream as it comes.</summary>
    public static OutputReader Into(Stream target) => (output, cancellationToken) =>
        ReadChunksAsync(output, chunk => target.WriteAsync(chunk, cancellationToken), cancellationToken);

    /// <summary>Collects text, and copies it to a stream when there is one. For output that is known to be short.</summary>
    public static OutputReader Into(StringBuilder text, Stream? copy = null) => (output, cancellationToken) =>
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var characters = new char[Encoding.UTF8.GetMaxCharCount(ChunkSize)];
        return ReadChunksAsync(output, async chunk =>
        {
            text.Append(characters, 0, decoder.GetChars(chunk.Span, characters, flush: false));
            if (copy is not null)
                await copy.WriteAsync(chunk, cancellationToken);
        }, cancellationToken);
    };

    private const int ChunkSize = 16 * 1024;

    private static async Task ReadChunksAsync(Stream output, Func<ReadOnlyMemory<byte>, ValueTask> use, CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkSize];
        int count;
        while ((count = await output.ReadAsync(buffer, cancellationToken)) > 0)
            await use(buffer.AsMemory(0, count));
    }
}
