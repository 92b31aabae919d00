using Bistro.Builder.Files;
using Bistro.Model.Content;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>
/// Content that running processes need: one file for each lease, locked while its process lives.
/// <code>
/// leases/lock         shared while a lease begins or ends, exclusive while all are read
/// leases/PID-RANDOM   one line for each tree or object: `tree HEX` or `object HEX`
/// </code>
/// To use an object, take a lease first, then look it up again. Only then is it certain to stay.
/// </summary>
public sealed class ContentLeases : IDisposable
{
    private const string LockName = "lock";
    private const string TreeWord = "tree ";
    private const string ObjectWord = "object ";

    private readonly string _directory;
    private readonly FileGate _gate;

    internal ContentLeases(string directory)
    {
        _directory = directory;
        _gate = new FileGate(Path.Combine(directory, LockName));
    }

    /// <summary>Keeps content from being collected until the lease is disposed. Waits briefly when a collection begins.</summary>
    public ContentLease Hold(IEnumerable<ContentReference> content)
    {
        var path = Path.Combine(_directory, $"{Environment.ProcessId}-{Path.GetRandomFileName()}");
        var lines = string.Concat(content.Select(reference => $"{(reference.IsTree ? TreeWord : ObjectWord)}{reference.Digest.Hex}\n"));
        using (_gate.Together())
        {
            var file = Posix.OpenLock(path);
            Posix.Lock(file, shared: false, path);
            RandomAccess.Write(file, System.Text.Encoding.ASCII.GetBytes(lines), 0);
            return new ContentLease(this, path, file);
        }
    }

    /// <summary>Everything that is held. No lease begins or ends before the reading is disposed. Files of dead processes are removed.</summary>
    internal LeaseReading Read()
    {
        var pass = _gate.Alone();
        var held = new List<ContentReference>();
        foreach (var path in Directory.EnumerateFiles(_directory).Where(path => Path.GetFileName(path) != LockName))
            Read(path, held);
        return new LeaseReading(held, pass);
    }

    internal void End(string path, SafeFileHandle file)
    {
        using (_gate.Together())
        {
            Posix.TryUnlink(path);
            file.Dispose();
        }
    }

    public void Dispose() => _gate.Dispose();

    private static void Read(string path, List<ContentReference> held)
    {
        // .NET's own methods would fail because of the lock that is tested here.
        using var file = Posix.OpenLock(path);
        if (Posix.TryLock(file, shared: false, path))
        {
            Posix.TryUnlink(path);
            return;
        }
        using var lines = new StreamReader(new FileStream(file, FileAccess.Read, bufferSize: 0));
        while (lines.ReadLine() is { } line)
        {
            var isTree = line.StartsWith(TreeWord, StringComparison.Ordinal);
            if (Digest.TryParseHex(line.AsSpan(isTree ? TreeWord.Length : ObjectWord.Length), out var digest))
                held.Add(new ContentReference(digest, isTree));
        }
    }
}

/// <summary>Content that stays until this is disposed, or the process ends.</summary>
public sealed class ContentLease : IDisposable
{
    private readonly ContentLeases _leases;
    private readonly string _path;
    private readonly SafeFileHandle _file;

    internal ContentLease(ContentLeases leases, string path, SafeFileHandle file) => (_leases, _path, _file) = (leases, path, file);

    public void Dispose()
    {
        if (!_file.IsClosed)
            _leases.End(_path, _file);
    }
}

/// <summary>What all processes hold, at a moment that lasts until this is disposed.</summary>
internal sealed class LeaseReading(IReadOnlyList<ContentReference> held, FileGate.Pass pass) : IDisposable
{
    public IReadOnlyList<ContentReference> Held { get; } = held;

    public void Dispose() => pass.Dispose();
}
