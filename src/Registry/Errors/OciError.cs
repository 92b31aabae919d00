namespace Bistro.Registry.Errors;

/// <summary>Why a request is refused, in a sentence for its sender. It never holds a path of the server, a stack or a credential.</summary>
public sealed record OciError(Refusal Refusal, string Message)
{
    /// <summary>The methods that the resource has, for a refusal with status 405; null for others.</summary>
    public string? Allow { get; init; }
}
