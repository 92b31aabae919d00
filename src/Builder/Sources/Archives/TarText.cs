using System.Text;
using Bistro.Builder.Errors;

namespace Bistro.Builder.Sources.Archives;

/// <summary>Names in archives. Python keeps bytes that are not UTF-8 as surrogates; no tree can hold those.</summary>
internal static class TarText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="bytes">The name as the archive has it.</param>
    /// <param name="role">What messages call it.</param>
    /// <exception cref="SourceException">It is not UTF-8, or has a NUL.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string role)
    {
        if (bytes.Contains((byte)0))
            throw new SourceException($"The archive cannot be stored. A {role} has a NUL in it: '{Show(bytes)}'.");
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new SourceException($"The archive cannot be stored. A {role} is not UTF-8: '{Show(bytes)}'.");
        }
    }

    // As Python would print the bytes.
    private static string Show(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var value in bytes.Length > 200 ? bytes[..200] : bytes)
            _ = value is >= 0x20 and < 0x7F ? text.Append((char)value) : text.Append($"\\x{value:x2}");
        return text.ToString();
    }
}
