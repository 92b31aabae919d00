namespace Bistro.Model.Elements;

/// <summary>An element's cache keys: 64 hex digits, or 64 <c>?</c> where a ref is missing.</summary>
/// <param name="Weak">Build dependencies by name, with their weak keys where they are strict.</param>
/// <param name="Strict">Build closure with keys: what the artifact is kept under, unless it was built on others than these.</param>
public sealed record ElementKeys(string Weak, string Strict)
{
    public const string Unresolved = "????????????????????????????????????????????????????????????????";

    /// <summary>Writes the texts behind the keys on demand; they are not kept.</summary>
    internal IKeyInput? Input { get; init; }

    public bool AreResolved => Strict != Unresolved;

    /// <summary>The key of an artifact that is built on these artifacts: <see cref="Strict"/> if they are exactly those of the dependencies.</summary>
    /// <param name="keyOf">The strong key of the artifact of any element of the build closure.</param>
    public string Strong(Func<Element, string> keyOf) => Input?.HashStrong(keyOf) ?? Strict;

    /// <summary>The exact JSON text behind <see cref="Weak"/>; null when unresolved.</summary>
    public string? WeakInput => Weak == Unresolved ? null : Input?.WriteWeak();

    /// <summary>The exact JSON text behind <see cref="Strict"/>; null when unresolved.</summary>
    public string? StrictInput => AreResolved ? Input?.WriteStrict() : null;
}

/// <summary>Writes the texts behind an element's keys.</summary>
internal interface IKeyInput
{
    string WriteWeak();

    string WriteStrict();

    string HashStrong(Func<Element, string> keyOf);
}
