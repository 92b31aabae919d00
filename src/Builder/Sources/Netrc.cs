using System.Net.Http.Headers;
using System.Text;

namespace Bistro.Builder.Sources;

/// <summary>The user's <c>~/.netrc</c>: logins by host, which BuildStream's downloads use too.</summary>
public sealed class Netrc
{
    private readonly Dictionary<string, (string Login, string Password)> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private (string Login, string Password)? _default;

    /// <summary>An empty one where the user has none.</summary>
    public static Netrc OfUser()
    {
        var path = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".netrc");
        return File.Exists(path) ? Parse(File.ReadAllText(path)) : new Netrc();
    }

    /// <summary>Reads <c>machine HOST login NAME password WORD</c> and <c>default …</c>, in any layout; macros are skipped.</summary>
    public static Netrc Parse(string text)
    {
        var netrc = new Netrc();
        var words = new Queue<string>(Words(text));
        while (words.TryDequeue(out var word))
        {
            if (word == "default")
                netrc._default = ReadLogin(words);
            else if (word == "machine" && words.TryDequeue(out var host))
                netrc._hosts[host] = ReadLogin(words);
        }
        return netrc;
    }

    /// <summary>The header for a request: from the URL itself if it has a login, else from the file; null when there is none.</summary>
    /// <param name="address">What is asked for.</param>
    /// <param name="bearer">Whether the password is a bearer token.</param>
    public AuthenticationHeaderValue? Authorize(Uri address, bool bearer)
    {
        if (address.UserInfo.Length > 0)
            return Basic(Uri.UnescapeDataString(address.UserInfo));
        if (!_hosts.TryGetValue(address.Host, out var login))
        {
            if (_default is not { } fallback)
                return null;
            login = fallback;
        }
        return bearer ? new AuthenticationHeaderValue("Bearer", login.Password) : Basic($"{login.Login}:{login.Password}");
    }

    private static AuthenticationHeaderValue Basic(string login) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));

    private static (string Login, string Password) ReadLogin(Queue<string> words)
    {
        var (login, password) = ("", "");
        while (words.TryPeek(out var word) && word is "login" or "user" or "password" or "account")
        {
            words.Dequeue();
            words.TryDequeue(out var value);
            if (word == "password")
                password = value ?? "";
            else if (word != "account")
                login = value ?? "";
        }
        return (login, password);
    }

    private static IEnumerable<string> Words(string text)
    {
        var inMacro = false;
        foreach (var line in text.Split('\n'))
        {
            // A macro ends with an empty line.
            inMacro = line.StartsWith("macdef", StringComparison.Ordinal) || (inMacro && !string.IsNullOrWhiteSpace(line));
            if (inMacro || line.StartsWith('#'))
                continue;
            foreach (var word in line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                yield return word;
        }
    }
}
