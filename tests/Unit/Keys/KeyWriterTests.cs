using System.Text;
using Bistro.Model.Keys;

namespace Bistro.Unit.Keys;

/// <summary>What <c>ujson</c> itself wrote for the same values.</summary>
public sealed class KeyWriterTests
{
    [Fact]
    public void Text_beyond_ASCII_and_controls_are_escaped_but_nothing_else()
    {
        Assert.Equal(
            """["a</>&'","x\u0000\u001f\b\f\n\r\t\"\\","\u00e9\ud83d\ude00"]""",
            Write(KeyValue.Of((string[])["a</>&'", "x\u0000\u001f\b\f\n\r\t\"\\", "é😀"])));
    }

    [Fact]
    public void Delete_is_written_as_it_is() => Assert.Equal("\"\u007f\"", Write("\u007f"));

    [Fact]
    public void Members_are_sorted_by_code_point()
    {
        Assert.Equal(
            """{"B":1,"a":2,"a/":3,"\u00e9":4,"\uffee":5,"\ud83d\ude00":6}""",
            Write(KeyValue.Of(("😀", 6), ("é", 4), ("\uffee", 5), ("a/", 3), ("a", 2), ("B", 1))));
    }

    [Fact]
    public void Empty_and_simple_values()
    {
        Assert.Equal(
            """{"f":false,"l":[],"m":{},"n":null,"negative":-7,"t":true}""",
            Write(KeyValue.Of(
                ("t", true), ("f", false), ("n", KeyValue.Null), ("l", KeyValue.Of(Array.Empty<string>())), ("m", KeyValue.Of()), ("negative", -7))));
    }

    private static string Write(KeyValue value)
    {
        var writer = new KeyWriter();
        writer.Value(value);
        return Encoding.UTF8.GetString(writer.Written);
    }
}
