namespace Bistro.Registry.Endpoints;

/// <summary>The maximum size of one page of a list; <c>Link</c> leads to the next page.</summary>
public sealed record PageLimits
{
    /// <summary>Tags per response, even if the client requests more.</summary>
    public int Tags { get; init; } = 10_000;

    /// <summary>Repositories per response, even if the client requests more.</summary>
    public int Repositories { get; init; } = 1_000;

    /// <summary>Referrers per response.</summary>
    public int Referrers { get; init; } = 1_000;
}
