namespace Bistro.Registry.Auth;

/// <summary>The built-in token endpoint, <c>/token</c>.</summary>
public sealed record TokenOptions
{
    /// <summary>The name that tokens are made for and must bear.</summary>
    public string Service { get; init; } = "bistro";

    /// <summary>Where clients find the endpoint; null for this server under the name by which the client calls it.</summary>
    public Uri? Realm { get; init; }

    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(5);
}
