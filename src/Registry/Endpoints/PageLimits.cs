namespace Bistro.Registry.Endpoints;

/// <summary>How much one answer lists; the rest is behind its <c>Link</c>.</summary>
public sealed record PageLimits
{
    /// <summary>Tags in an answer, asked for or not.</summary>
    public int Tags { get; init; } = 10_000;

    /// <summary>Repositories in an answer, asked for or not.</summary>
    public int Repositories { get; init; } = 1_000;

    /// <summary>Referrers in an answer.</summary>
    public int Referrers { get; init; } = 1_000;
}
