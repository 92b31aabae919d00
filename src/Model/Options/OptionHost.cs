namespace Bistro.Model.Options;

/// <summary>The sources of option values other than project files.</summary>
/// <param name="Architecture">Canonical name of the machine's architecture: <c>x86-64</c>.</param>
/// <param name="OperatingSystem">As printed by <c>uname</c>: <c>Linux</c>.</param>
/// <param name="Elements">
/// Every element file below the project's element path, relative to it, by ordinal order: the flags of an <c>element-mask</c>.
/// </param>
public sealed record OptionHost(string Architecture, string OperatingSystem, Func<IReadOnlyList<string>> Elements);
