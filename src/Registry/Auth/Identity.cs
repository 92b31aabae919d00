namespace Bistro.Registry.Auth;

/// <summary>Who a caller has shown to be.</summary>
/// <param name="Name">Null for somebody who showed nothing.</param>
public sealed record Identity(string? Name, IReadOnlyList<string> Groups)
{
    public static Identity Anonymous { get; } = new(null, []);
}
