namespace Bistro.Builder.Files;

/// <summary>The disk has no room for a write. What was not committed is removed; what is in the store is complete.</summary>
public sealed class DiskFullException(string path, string advice = "Free some space, or let `bistro gc` free some.")
#pragma warning disable RS0030 // I/O failed.
    : IOException($"The disk is full: {path} could not be written. {advice}")
#pragma warning restore RS0030
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Whether this is the exception that .NET throws for a full disk or an exceeded quota.</summary>
    public static bool Means(IOException failure) => failure is DiskFullException || failure.HResult is NoSpace or QuotaExceeded;
}
