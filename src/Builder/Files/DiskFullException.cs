namespace Bistro.Builder.Files;

/// <summary>There is no room for what was to be written. What was not committed is gone; what is in the store is whole.</summary>
public sealed class DiskFullException(string path, string advice = "Free some space, or let `bistro gc` free some.")
    : IOException($"The disk is full: {path} could not be written. {advice}")
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Whether this is what .NET throws for a full disk or an exceeded quota.</summary>
    public static bool Means(IOException failure) => failure is DiskFullException || failure.HResult is NoSpace or QuotaExceeded;
}
