namespace Bistro.Registry.Repositories;

/// <summary>A manifest that names another as its subject.</summary>
/// <param name="Key">What it is sorted by; for the next page.</param>
/// <param name="Descriptor">UTF-8 JSON.</param>
public sealed record Referrer(string Key, byte[] Descriptor);
