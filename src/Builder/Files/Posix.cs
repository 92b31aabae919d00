using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Files;

/// <summary>The system calls that .NET has no method for: inode numbers, syncing, copying inside the kernel, advisory locks.</summary>
internal static partial class Posix
{
    private const int CurrentDirectory = -100;

    // These two differ between the architectures of Linux.
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
    private static readonly int DirectoryOnly = IsArm ? 0x4000 : 0x10000;
    private static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;

    /// <summary>
    /// Opens a file for reading; null when there is none. A symbolic link is not followed, and a pipe that has taken the file's place
    /// does not block.
    /// </summary>
    public static SafeFileHandle? TryOpenRead(string path)
    {
        var file = open(path, CloseOnExec | NoFollow | NonBlocking, 0);
        if (!file.IsInvalid)
            return file;
        file.Dispose();
        return Marshal.GetLastPInvokeError() is NoEntry or NotDirectory ? null : throw Failure("open", path);
    }

    public static SafeFileHandle OpenDirectory(string path) => Opened(open(path, CloseOnExec | DirectoryOnly, 0), path);

    /// <summary>Creates a file that must not exist and opens it for writing.</summary>
    public static SafeFileHandle CreateNew(string path, uint mode) =>
        Opened(open(path, WriteOnly | Create | Exclusive | CloseOnExec, mode), path);

    /// <summary>Creates a file that must not exist and opens it for reading and writing.</summary>
    public static SafeFileHandle CreateNewReadWrite(string path, uint mode) =>
        Opened(open(path, ReadWrite | Create | Exclusive | CloseOnExec, mode), path);

    /// <summary>Opens a file for reading and writing; null when there is none. A symbolic link is not followed.</summary>
    public static SafeFileHandle? TryOpenReadWrite(string path)
    {
        var file = open(path, ReadWrite | CloseOnExec | NoFollow, 0);
        if (!file.IsInvalid)
            return file;
        file.Dispose();
        return Marshal.GetLastPInvokeError() is NoEntry or NotDirectory ? null : throw Failure("open", path);
    }

    /// <summary>Opens a file for a lock, made if absent.</summary>
    public static SafeFileHandle OpenLock(string path) => Opened(open(path, ReadWrite | Create | CloseOnExec, 0x1B6 /* 0666 */), path);

    /// <summary>What is at a path, links not followed; false when nothing is.</summary>
    public static bool TryStat(string path, out FileStatus status)
    {
        if (statx(CurrentDirectory, path, LinkNoFollow, BasicStats, out status) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is NoEntry or NotDirectory ? false : throw Failure("examine", path);
    }

    public static FileStatus Stat(SafeFileHandle file)
    {
        Check(statx(file, "", EmptyPath, BasicStats, out var status), "examine", "an open file");
        return status;
    }

    public static void SyncData(SafeFileHandle file, string path) => Check(fdatasync(file), "sync", path);

    public static void SyncAll(SafeFileHandle file, string path) => Check(fsync(file), "sync", path);

    /// <summary>Gives a file room on the disk.</summary>
    public static void Allocate(SafeFileHandle file, long length, string path)
    {
        // The C library writes zeros where the file system cannot allocate. It returns the error, and does not set it.
        var error = posix_fallocate(file, 0, length);
        if (error != 0)
            throw Failure("allocate", path, error);
    }

    /// <summary>Syncs everything of the file system that the handle is on.</summary>
    public static void SyncFileSystem(SafeFileHandle any, string path) => Check(syncfs(any), "sync", path);

    /// <summary>Asks the kernel to begin writing a range to the disk, without waiting. A hint: what it answers does not matter.</summary>
    public static void BeginWriteback(SafeFileHandle file, long offset, long length) =>
        _ = sync_file_range(file, offset, length, StartWriteback);

    public static void SetMode(SafeFileHandle file, uint mode, string path) => Check(fchmod(file, mode), "set the mode of", path);

    /// <summary>Sets the mode of a file; false when there is none.</summary>
    public static bool TrySetMode(string path, uint mode)
    {
        if (chmod([.. System.Text.Encoding.UTF8.GetBytes(path), 0], mode) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is NoEntry ? false : throw Failure("set the mode of", path);
    }

    public static void SetTimes(SafeFileHandle file, Timestamp access, Timestamp modification, string path) =>
        Check(futimens(file, [access, modification]), "set the times of", path);

    /// <summary>Sets the times of what is at a path, a link itself included; false when nothing is there.</summary>
    public static bool TrySetTimes(string path, Timestamp access, Timestamp modification)
    {
        if (utimensat(CurrentDirectory, path, [access, modification], LinkNoFollow) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is NoEntry ? false : throw Failure("set the times of", path);
    }

    public static void Rename(string from, string to) => Check(rename(from, to), "rename", from);

    /// <summary>False when there is nothing to rename.</summary>
    public static bool TryRename(string from, string to)
    {
        if (rename(from, to) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is NoEntry ? false : throw Failure("rename", from);
    }

    /// <summary>Makes a directory; false when something of that name is there.</summary>
    public static bool TryMakeDirectory(string path, uint mode)
    {
        if (mkdir(path, mode) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is Exists ? false : throw Failure("create", path);
    }

    public static void MakeDirectory(string path, uint mode) => Check(mkdir(path, mode), "create", path);

    public static void MakeLink(string target, string path) => Check(symlink(target, path), "create", path);

    /// <summary>Removes a file; false when there is none.</summary>
    public static bool TryUnlink(string path)
    {
        if (unlink(path) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is NoEntry ? false : throw Failure("remove", path);
    }

    /// <summary>Removes what is no directory; false when it is one, or when nothing is there.</summary>
    public static bool TryUnlink(byte[] path)
    {
        if (unlink(path) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is NoEntry or IsDirectory ? false : throw Failure("remove", Text(path));
    }

    /// <summary>Removes an empty directory; true when it is gone, false when something is in it.</summary>
    public static bool TryRemoveDirectory(byte[] path)
    {
        if (rmdir(path) == 0)
            return true;
        return Marshal.GetLastPInvokeError() switch
        {
            NoEntry => true,
            NotEmpty or Exists or AccessDenied => false,
            _ => throw Failure("remove", Text(path)),
        };
    }

    /// <summary>Renames a directory to a name that nothing has; false when something has it.</summary>
    public static bool TryMoveToNew(byte[] from, byte[] to)
    {
        if (renameat2(CurrentDirectory, from, CurrentDirectory, to, NoReplace) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is Exists ? false : throw Failure("rename", Text(from));
    }

    /// <summary>Lets the owner list and change a directory, so that what is in it can be removed.</summary>
    public static void MakeAccessible(byte[] path) => Check(chmod(path, 0x1C0 /* 0700 */), "open", Text(path));

    /// <summary>The names in a directory as bytes; whether one is a directory is false where the file system does not tell.</summary>
    public static unsafe List<(byte[] Name, bool IsDirectory)> List(byte[] path)
    {
        // struct dirent of 64-bit Linux: inode (8), offset (8), record length (2), type (1), name.
        const int typeOffset = 18, nameOffset = 19, directory = 4;
        var names = new List<(byte[], bool)>();
        var stream = opendir(path);
        if (stream == 0)
            throw Failure("list", Text(path));
        for (var entry = readdir(stream); entry != null; entry = readdir(stream))
        {
            var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + nameOffset);
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                names.Add((name.ToArray(), entry[typeOffset] == directory));
        }
        _ = closedir(stream);
        return names;
    }

    /// <summary>Takes an advisory lock that dies with the process; false when another holds it.</summary>
    public static bool TryLock(SafeFileHandle file, bool shared, string path)
    {
        if (flock(file, (shared ? SharedLock : ExclusiveLock) | NoWait) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is WouldBlock ? false : throw Failure("lock", path);
    }

    /// <summary>Takes an advisory lock, and waits for the process that holds it. Only for locks that are held for moments.</summary>
    public static void Lock(SafeFileHandle file, bool shared, string path)
    {
        while (flock(file, shared ? SharedLock : ExclusiveLock) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw Failure("lock", path);
        }
    }

    public static void Unlock(SafeFileHandle file, string path) => Check(flock(file, ReleaseLock), "unlock", path);

    /// <summary>
    /// Copies bytes inside the kernel, by reference where the file system can. Returns how many and moves the offset on;
    /// 0 where it cannot copy between these two.
    /// </summary>
    public static long CopyRange(SafeFileHandle from, SafeFileHandle to, ref long offset, long length, string path)
    {
        var (source, target) = (offset, offset);
        var copied = copy_file_range(from, ref source, to, ref target, (nuint)length, 0);
        offset = target;
        if (copied >= 0)
            return copied;
        return Marshal.GetLastPInvokeError() is NoSpace or QuotaExceeded ? throw Failure("copy to", path) : 0;
    }

    private static string Text(byte[] path) => System.Text.Encoding.UTF8.GetString(path).TrimEnd('\0');

    private static SafeFileHandle Opened(SafeFileHandle file, string path)
    {
        if (!file.IsInvalid)
            return file;
        var failure = Failure("open", path);
        file.Dispose();
        throw failure;
    }

    private static void Check(int result, string verb, string path)
    {
        if (result != 0)
            throw Failure(verb, path);
    }

    private static IOException Failure(string verb, string path) => Failure(verb, path, Marshal.GetLastPInvokeError());

    private static IOException Failure(string verb, string path, int error)
    {
#pragma warning disable RS0030 // I/O failed.
        return error is NoSpace or QuotaExceeded
            ? new DiskFullException(path)
            : new IOException($"Cannot {verb} {path}: {Marshal.GetPInvokeErrorMessage(error)}.", error);
#pragma warning restore RS0030
    }
}
