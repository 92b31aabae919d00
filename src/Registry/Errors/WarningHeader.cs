using System.Text;

namespace Bistro.Registry.Errors;

/// <summary>Formats a message as a <c>Warning</c> header (distribution-spec: Warnings): one quoted line of printable ASCII of limited length.</summary>
public static class WarningHeader
{
    private const int MaxLength = 1024;

    public static string Format(string message)
    {
        var text = new StringBuilder("299 - \"");
        foreach (var c in message)
        {
            if (text.Length >= MaxLength)
            {
                text.Append("...");
                break;
            }

            if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else
                text.Append(c switch { '\n' or '\r' or '\t' => ' ', < ' ' or > '~' => '?', _ => c });
        }

        return text.Append('"').ToString();
    }
}
