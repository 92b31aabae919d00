namespace Bistro.Builder.Processes;

/// <summary>A program of the host is missing. The message names no element or source, because none caused it.</summary>
public sealed class MissingToolException(Tool tool) : Exception($"{tool} is not installed: apt-get install {tool.Package}");
