using Bistro.Builder.Processes;

namespace Bistro.Conformance.Distribution;

/// <summary>A disk of a few megabytes, which tests fill up. Mounting it takes root.</summary>
internal sealed class FullDisk : IAsyncDisposable
{
    private FullDisk(string directory) => Directory = directory;

    public string Directory { get; }

    public long FreeBytes => new DriveInfo(Directory).AvailableFreeSpace;

    /// <param name="megabytes">Its size.</param>
    /// <param name="inodes">How many files it can have; null for many.</param>
    public static async Task<FullDisk> MountAsync(int megabytes, int? inodes = null)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can mount a small disk.");
        var disk = new FullDisk(System.IO.Directory.CreateTempSubdirectory("bistro-disk-").FullName);
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m{(inodes is { } count ? $",nr_inodes={count}" : "")}", "bistro-test", disk.Directory);
        return disk;
    }

    /// <summary>Leaves no room at all until the result is disposed.</summary>
    internal Filler Fill() => new(Path.Combine(Directory, "filler"));

    /// <summary>Leaves no inode until the result is disposed.</summary>
    internal InodeFiller FillInodes() => new(Path.Combine(Directory, "inodes"));

    public async ValueTask DisposeAsync()
    {
        // Lazily: a process that another test has just forked holds for a moment what this one had open.
        await RunAsync("umount", "--lazy", Directory);
        System.IO.Directory.Delete(Directory);
    }

    private static Task RunAsync(params string[] command) =>
        new ToolRunner(TimeProvider.System).RunCheckedAsync(new ToolCommand(new Tool(command[0], "mount"), command[1..]), log: null, CancellationToken.None);

    internal sealed class InodeFiller : IDisposable
    {
        private readonly string _directory;

        public InodeFiller(string directory)
        {
            _directory = System.IO.Directory.CreateDirectory(directory).FullName;
            try
            {
                for (var i = 0; ; i++)
                    File.Create(Path.Combine(_directory, $"{i}")).Dispose();
            }
            catch (IOException)
            {
                // Full.
            }
        }

        public void Dispose() => System.IO.Directory.Delete(_directory, recursive: true);
    }

    internal sealed class Filler : IDisposable
    {
        private readonly string _path;

        public Filler(string path)
        {
            _path = path;
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            // Pages, and then what is left.
            foreach (var piece in new[] { 1 << 16, 1 << 12, 1 })
                Write(file, new byte[piece]);
        }

        public void Dispose() => File.Delete(_path);

        private static void Write(FileStream file, byte[] piece)
        {
            try
            {
                while (true)
                    file.Write(piece);
            }
            catch (IOException)
            {
                // Full.
            }
        }
    }
}
