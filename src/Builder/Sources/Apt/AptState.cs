using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Bistro.Builder.Coordination;
using Bistro.Builder.Errors;
using Bistro.Builder.Processes;
using Bistro.Model.Content;

namespace Bistro.Builder.Sources.Apt;

/// <summary>
/// An apt of its own for one suite: nothing of the machine's packages is read or changed, no root is needed, and any
/// architecture is sufficient. Used by one process at a time.
/// <code>
/// sources/apt/suites/HEX/       HEX is the hash of the configuration
///   (a lock)                    held by the process that works here
///   apt.conf archive.sources    the configuration
///   status                      empty: no package is installed
///   lists/ cache/               apt's
///   downloads/                  files on their way to sources/apt/HEX
/// </code>
/// </summary>
internal sealed partial class AptState : IDisposable
{
    private static readonly Tool AptGet = new("apt-get", "apt");

    private readonly SourceStaging _staging;
    private readonly AptSuite _suite;
    private readonly KeyLock _lock;
    private readonly string _directory;

    private AptState(SourceStaging staging, AptSuite suite, string directory, KeyLock held) =>
        (_staging, _suite, _directory, _lock) = (staging, suite, directory, held);

    private string Lists => Path.Combine(_directory, "lists");

    private string Downloads => Path.Combine(_directory, "downloads");

    /// <summary>Opens the suite's state, made if absent; waits for the process that uses it.</summary>
    /// <param name="staging">Where it lies.</param>
    /// <param name="suite">The suite.</param>
    /// <param name="type">apt's own word for what the lists hold: <c>deb</c> for packages, <c>deb-src</c> for source packages.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<AptState> OpenAsync(SourceStaging staging, AptSuite suite, string type, CancellationToken cancellationToken)
    {
        if (!File.Exists(suite.Keyring))
            throw new SourceException($"{suite.Keyring} is missing, which has the keys that packages are signed with: apt-get install debian-archive-keyring");
        var archive = AptFiles.Archive(suite, type);
        var directory = Path.Combine(staging.MirrorDirectory, "suites", Digest.Of(Encoding.UTF8.GetBytes($"{archive}{suite.Architecture}")).Hex);
        Directory.CreateDirectory(directory);
        var held = await new KeyLocks(directory, TimeProvider.System).AcquireAsync("apt", cancellationToken);
        try
        {
            await AptFiles.WriteAsync(directory, suite, archive, staging.Tools, cancellationToken);
            return new AptState(staging, suite, directory, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Downloads the suite's lists, with their signature.</summary>
    public Task UpdateAsync(CancellationToken cancellationToken) =>
        RunAsync(["update", "--error-on=any"], $"The lists of the suite '{_suite.Name}' cannot be downloaded", cancellationToken);

    /// <summary>The packages and all that they depend on, in alphabetical order.</summary>
    public async Task<ImmutableArray<AptPin>> ResolveAsync(IEnumerable<string> packages, CancellationToken cancellationToken)
    {
        var output = await RunAsync(
            ["install", "--print-uris", "--yes", "--", .. packages], $"The packages cannot be found in the suite '{_suite.Name}'", cancellationToken);
        return [.. AptFile.Parse(output).Select(file => file.AsPackage()).OfType<AptPin>().OrderBy(pin => pin.Name, StringComparer.Ordinal)];
    }

    /// <summary>The main tarball of a source package.</summary>
    public async Task<AptPin> FindTarballAsync(string package, CancellationToken cancellationToken)
    {
        var output = await RunAsync(
            ["source", "--print-uris", "--only-source", "--tar-only", "--", package],
            $"The source package '{package}' cannot be found in the suite '{_suite.Name}'",
            cancellationToken);
        return AptFile.Parse(output).Select(file => file.AsTarball()).OfType<AptPin>().FirstOrDefault()
            ?? throw new SourceException($"The source package '{package}' has no tarball.");
    }

    /// <summary>Brings packages into the mirror directory.</summary>
    public Task DownloadPackagesAsync(ImmutableArray<AptPin> pins, CancellationToken cancellationToken) =>
        DownloadAsync(["download", "--", .. pins.Select(pin => $"{pin.Name}={pin.Version}")], pins, cancellationToken);

    /// <summary>Brings a source package's tarball into the mirror directory.</summary>
    public Task DownloadTarballAsync(AptPin pin, CancellationToken cancellationToken) =>
        DownloadAsync(["source", "--download-only", "--only-source", "--tar-only", "--", pin.Name], [pin], cancellationToken);

    public void Dispose() => _lock.Dispose();

    private async Task DownloadAsync(ImmutableArray<string> arguments, ImmutableArray<AptPin> pins, CancellationToken cancellationToken)
    {
        // The lists may be older than the pins, or than what the archive still has.
        var isFresh = !Directory.Exists(Lists) || !Directory.EnumerateFiles(Lists, "*Release").Any();
        if (isFresh)
            await UpdateAsync(cancellationToken);
        try
        {
            await RunAsync(arguments, "The packages cannot be downloaded", cancellationToken);
        }
        catch (SourceException) when (!isFresh)
        {
            await UpdateAsync(cancellationToken);
            await RunAsync(arguments, "The packages cannot be downloaded", cancellationToken);
        }
        await KeepAsync(pins, cancellationToken);
    }

    /// <summary>Moves what was downloaded to where it is kept. A file that nothing pins stays: it is no harm, and may be pinned next.</summary>
    private async Task KeepAsync(ImmutableArray<AptPin> pins, CancellationToken cancellationToken)
    {
        var missing = pins.ToDictionary(pin => pin.Digest);
        foreach (var path in Directory.EnumerateFiles(Downloads))
        {
            var digest = await HashAsync(path, cancellationToken);
            if (missing.Remove(digest))
                File.Move(path, Downloader.PathOf(_staging, digest), overwrite: true);
        }
        if (missing.Count > 0)
            throw Outdated(missing.Values.Select(pin => $"{pin} with the SHA-256 {pin.Digest.Hex}"));
    }

    private static async Task<Digest> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var hash = new byte[Digest.Size];
        await SHA256.HashDataAsync(file, hash, cancellationToken);
        // apt does not sync what it downloads.
        RandomAccess.FlushToDisk(file.SafeFileHandle);
        return new Digest(hash);
    }

    /// <summary>Runs apt-get in this state and returns what it printed.</summary>
    private async Task<string> RunAsync(ImmutableArray<string> arguments, string summary, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Downloads);
        var output = new StringBuilder();
        var error = new StringBuilder();
        var command = new ToolCommand(AptGet, ["-q", .. arguments])
        {
            WorkingDirectory = Downloads,
            Environment = AptFiles.Environment(_directory),
            Output = OutputReaders.Into(output, arguments[0] == "update" ? _staging.Log : null),
            Error = OutputReaders.Into(error, _staging.Log),
        };
        if (await _staging.Tools.RunAsync(command, cancellationToken) == 0)
            return output.ToString();
        var mistakes = error.ToString().Split('\n').Where(line => line.StartsWith("E: ", StringComparison.Ordinal)).Select(line => line[3..].TrimEnd('.')).ToList();
        throw Missing().Matches(error.ToString()) is { Count: > 0 } missing && arguments[0] is "download" or "source"
            ? Outdated(missing.Select(match => $"{match.Groups["name"].Value} {match.Groups["version"].Value}".Trim()))
            : new SourceException($"{summary}: {string.Join("; ", mistakes)}.");
    }

    private SourceException Outdated(IEnumerable<string> gone) => new(
        $"The suite '{_suite.Name}' no longer has what is pinned: {string.Join(", ", gone)}. "
        + $"Pin what it has now: bistro source track {_staging.Source.Draft.ElementName}",
        needsTracking: true);

    [GeneratedRegex(@"^E: (Version '(?<version>[^']*)' for '(?<name>[^']*)' was not found|Unable to locate package (?<name>\S+))", RegexOptions.Multiline)]
    private static partial Regex Missing();
}
