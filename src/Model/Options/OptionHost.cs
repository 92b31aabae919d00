namespace Bistro.Model.Options;

/// <summary>What options take their defaults and values from, beside what is written.</summary>
/// <param name="Architecture">Canonical name of the machine's architecture: <c>x86-64</c>.</param>
/// <param name="OperatingSystem">As <c>uname</c> says it: <c>Linux</c>.</param>
/// <param name="Elements">
/// Every element file below the project's element path, relative to it, by ordinal order: the flags of an <c>element-mask</c>.
/// </param>
public sealed record OptionHost(string Architecture, string OperatingSystem, Func<IReadOnlyList<string>> Elements);
