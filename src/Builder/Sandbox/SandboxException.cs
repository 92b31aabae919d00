namespace Bistro.Builder.Sandbox;

/// <summary>A sandbox could not run: bubblewrap is missing, the kernel refuses, the staged root has no shell.</summary>
public sealed class SandboxException(string message, Exception? inner = null) : Exception(message, inner);
