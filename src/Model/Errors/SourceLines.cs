namespace Bistro.Model.Errors;

/// <summary>Finds lines of files. Each file is read once if they are asked for in their order.</summary>
internal sealed class SourceLines : IDisposable
{
    private IEnumerator<string>? _lines;
    private string? _path;
    private int _number;

    /// <summary>The line without control characters, or null where the file no longer has it.</summary>
    public string? Find(string path, int number)
    {
        try
        {
            if (path != _path || number < _number)
                Open(path);
            while (_number < number)
            {
                if (!_lines!.MoveNext())
                    return null;
                _number++;
            }

            return string.Concat(_lines!.Current.Select(letter => char.IsControl(letter) && letter != '\t' ? '?' : letter));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => _lines?.Dispose();

    private void Open(string path)
    {
        Dispose();
        _lines = File.ReadLines(path).GetEnumerator();
        (_path, _number) = (path, 0);
    }
}
