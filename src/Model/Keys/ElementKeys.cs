namespace Bistro.Model.Keys;

/// <summary>An element's cache keys: 64 hex digits, or 64 <c>?</c> where a ref is missing.</summary>
/// <param name="Weak">Build dependencies by name, with their weak keys where they are strict.</param>
/// <param name="Strict">Build closure with keys: what the artifact is kept under.</param>
/// <param name="WeakInput">The exact JSON text behind <paramref name="Weak"/>; null when unresolved.</param>
/// <param name="StrictInput">The exact JSON text behind <paramref name="Strict"/>; null when unresolved.</param>
public sealed record ElementKeys(string Weak, string Strict, string? WeakInput, string? StrictInput)
{
    public const string Unresolved = "????????????????????????????????????????????????????????????????";

    public bool AreResolved => Strict != Unresolved;
}
