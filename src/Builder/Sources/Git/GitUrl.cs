using System.Text.RegularExpressions;
using Bistro.Builder.Errors;

namespace Bistro.Builder.Sources.Git;

/// <summary>Addresses of git repositories, and which of them a repository may name for its submodules.</summary>
internal static partial class GitUrl
{
    /// <summary>The protocols that git may use. Others, such as <c>ext</c>, run any program that the address names.</summary>
    public const string Protocols = "file:git:http:https:ssh";

    private static readonly string[] RemoteSchemes = ["http", "https", "ssh", "git"];

    /// <summary>Whether the address is one of another machine: a URL, or <c>[USER@]HOST:PATH</c>.</summary>
    public static bool IsRemote(string address) => address.Contains("://", StringComparison.Ordinal)
        ? Url().Match(address) is { Success: true } url
            && RemoteSchemes.Contains(url.Groups["scheme"].Value) && !url.Groups["host"].Value.StartsWith('-')
        : HostAndPath().IsMatch(address);

    /// <summary>The address of a submodule, as the repository above says it, if that may name it.</summary>
    /// <param name="address">As <c>.gitmodules</c> has it.</param>
    /// <param name="above">The repository above.</param>
    /// <param name="path">The submodule's place, for messages.</param>
    /// <exception cref="SourceException">It leads to this machine, but the repository above is on another; or git would run a program of it.</exception>
    public static string OfSubmodule(string address, string above, string path)
    {
        if (address.StartsWith("./", StringComparison.Ordinal) || address.StartsWith("../", StringComparison.Ordinal))
            return Resolve(above, address, path);
        if (IsRemote(address) || (!IsRemote(above) && IsLocal(address)))
            return address;
        throw new SourceException(
            $"The submodule '{path}' is to be fetched from '{SourceUrl.WithoutCredentials(address)}', which the repository {SourceUrl.WithoutCredentials(above)} "
            + "may not name: only http, https, ssh and git URLs of other machines are followed. Give another 'url' for it under 'submodules'.",
            SourceUrl.WithoutCredentials(address));
    }

    /// <summary>A relative address begins at the repository above, as if that were a folder, and stays on its machine.</summary>
    private static string Resolve(string above, string address, string path)
    {
        var start = Root().Match(above).Length;
        var folder = above.TrimEnd('/');
        foreach (var part in address.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".")
                continue;
            if (part != "..")
            {
                folder = folder.Length == start && start > 0 && above[start - 1] is '/' or ':' ? folder + part : $"{folder}/{part}";
                continue;
            }
            if (folder.Length <= start)
            {
                throw new SourceException(
                    $"The submodule '{path}' is at '{address}', which leads out of '{SourceUrl.WithoutCredentials(above)}'.", SourceUrl.WithoutCredentials(above));
            }
            folder = folder[..Math.Max(folder.LastIndexOf('/'), start)];
        }
        return folder;
    }

    private static bool IsLocal(string address) =>
        address.StartsWith('/') || address.StartsWith("file://", StringComparison.Ordinal);

    [GeneratedRegex("^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:[^/@]*@)*(?<host>[^/:]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Url();

    // A second colon would name a helper program: ext::COMMAND.
    [GeneratedRegex("^(?:[A-Za-z0-9._~+][^/:@\\s]*@)?[A-Za-z0-9\\[][^/:@\\s]*:(?!:)[^\\s]", RegexOptions.CultureInvariant)]
    private static partial Regex HostAndPath();

    // The part that no relative address can leave: the scheme and the host.
    [GeneratedRegex("^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/]*|[^/:]+:)?", RegexOptions.CultureInvariant)]
    private static partial Regex Root();
}
