namespace Bistro.Builder.Trees;

/// <summary>Trees that cannot be put together as asked, or files that no tree can hold. The message names the path.</summary>
public sealed class TreeException(string message) : Exception(message);
