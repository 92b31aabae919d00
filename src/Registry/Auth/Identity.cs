namespace Bistro.Registry.Auth;

/// <summary>The authenticated identity of a caller.</summary>
/// <param name="Name">Null for an anonymous caller.</param>
public sealed record Identity(string? Name, IReadOnlyList<string> Groups)
{
    public static Identity Anonymous { get; } = new(null, []);
}
