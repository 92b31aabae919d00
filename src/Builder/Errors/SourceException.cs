using System.Collections.Immutable;

namespace Bistro.Builder.Errors;

/// <summary>A source could not be fetched, staged or tracked.</summary>
public sealed class SourceException(string message, string? url = null, bool isTransient = false, bool needsTracking = false) : Exception(message)
{
    /// <summary>The translated URL, without credentials.</summary>
    public string? Url { get; } = url;

    /// <summary>Whether trying again may help: the only retry rule.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>The whole log of the fetch; null when nothing was logged.</summary>
    public string? LogPath { get; init; }

    /// <summary>The log's last lines, without control characters.</summary>
    public ImmutableArray<string> LastLines { get; init; } = [];

    /// <summary>The same failure with the log of what led to it.</summary>
    public SourceException With(string? logPath, ImmutableArray<string> lastLines) =>
        new(Message, Url, IsTransient, NeedsTracking) { LogPath = logPath, LastLines = lastLines };

    /// <summary>Whether what the ref names is gone for good, so that <c>bistro source track</c> may help.</summary>
    public bool NeedsTracking { get; } = needsTracking;
}
