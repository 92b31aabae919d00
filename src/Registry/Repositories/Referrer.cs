namespace Bistro.Registry.Repositories;

/// <summary>A manifest whose subject is another manifest.</summary>
/// <param name="Key">The sort key, for the next page.</param>
/// <param name="Descriptor">UTF-8 JSON.</param>
public sealed record Referrer(string Key, byte[] Descriptor);
