namespace Bistro.Registry.Errors;

/// <summary>Why a request is refused, in words for the person who sent it. Never holds a path of the server, a stack or a credential.</summary>
public sealed record OciError(Refusal Refusal, string Message);
