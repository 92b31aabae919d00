using System.Text;

namespace Bistro.Model.Errors;

/// <summary>
/// Prints mistakes for people: <c>file:line:column: message</c>, then the line of the file with a marker under the place.
/// </summary>
public static class LoadReport
{
    private const int WidestLine = 160;

    public static string Describe(LoadException exception)
    {
        using var lines = new SourceLines();
        return string.Join('\n', exception.Errors.Select(error => Describe(error, lines)));
    }

    private static string Describe(LoadError error, SourceLines lines)
    {
        if (error.Where is not { File.Path: { } path } where || lines.Find(path, where.Line) is not { } line)
            return error.ToString();

        var number = $"{where.Line,5} | ";
        var column = Math.Min(where.Column - 1, line.Length);
        var start = Math.Max(0, Math.Min(column - WidestLine / 2, line.Length - WidestLine));
        var shown = line.AsSpan(start, Math.Min(WidestLine, line.Length - start));
        return new StringBuilder()
            .Append(error).Append('\n')
            .Append(number).Append(shown).Append('\n')
            .Append(' ', number.Length - 2).Append("| ")
            .Append(string.Concat(line[start..column].Select(letter => letter == '\t' ? '\t' : ' '))).Append('^')
            .ToString();
    }
}
