namespace Bistro.Builder.Processes;

/// <summary>A program of the host is missing: no element and no source is to blame, so it is told without naming one.</summary>
public sealed class MissingToolException(Tool tool) : Exception($"{tool} is not installed: apt-get install {tool.Package}");
