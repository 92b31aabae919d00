namespace Bistro.Builder.Errors;

/// <summary>A source could not be fetched, staged or tracked.</summary>
public sealed class SourceException(string message, string? url = null, bool isTransient = false, bool needsTracking = false) : Exception(message)
{
    /// <summary>The translated URL, without credentials.</summary>
    public string? Url { get; } = url;

    /// <summary>Whether trying again may help: the only retry rule.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>Whether what the ref names is gone for good, so that <c>bistro source track</c> may help.</summary>
    public bool NeedsTracking { get; } = needsTracking;
}
