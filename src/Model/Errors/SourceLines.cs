using System.Text;

namespace Bistro.Model.Errors;

/// <summary>Finds lines of files. Each file is read once if lines are requested in order. Of a long line or file, only the beginning is read.</summary>
internal sealed class SourceLines : IDisposable
{
    private const int LongestLine = 10_000;

    // As much as the loader itself reads of a file.
    private const int LargestFile = 16 << 20;

    private readonly StringBuilder _line = new();
    private StreamReader? _reader;
    private int _read;
    private string? _path;
    private int _number;

    /// <summary>The line without control characters, or null where the file no longer has it.</summary>
    public string? Find(string path, int number)
    {
        try
        {
            if (path != _path || number < _number)
                Open(path);
            for (; _number < number; _number++)
                if (!MoveNext())
                    return null;
            return string.Concat(_line.ToString().Select(letter => char.IsControl(letter) && letter != '\t' ? '?' : letter));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => _reader?.Dispose();

    private void Open(string path)
    {
        Dispose();
        _reader = new StreamReader(path);
        (_path, _number, _read) = (path, 0, 0);
    }

    private bool MoveNext()
    {
        _line.Clear();
        var start = _read;
        while (_read < LargestFile && _reader!.Read() is >= 0 and var letter)
        {
            _read++;
            if (letter == '\r' && _reader.Peek() == '\n')
                continue;
            if (letter is '\n' or '\r')
                return true;
            if (_line.Length < LongestLine)
                _line.Append((char)letter);
        }
        return _read > start;
    }
}
