using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Bistro.Model.Errors;

namespace Bistro.Registry.Auth;

/// <summary>The users of a password file and their bcrypt hashes, as <c>htpasswd -B</c> writes them: a line <c>USER:HASH</c> for each.</summary>
public sealed record PasswordList(ImmutableDictionary<string, string> Hashes)
{
    // What htpasswd itself takes for -C. A mistyped 31 would keep a core busy for days at each login.
    private const int LeastCost = 4;
    private const int MostCost = 17;
    private const int SaltAndHashLength = 53;

    private static readonly SearchValues<char> Letters = SearchValues.Create("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// <exception cref="LoadException">Lines hold no user with a bcrypt hash, or a user for the second time; all of them, with file and line.</exception>
    public static PasswordList Parse(string path, byte[] content)
    {
        var file = new SourceFile(path, path);
        var errors = new LoadErrors();
        var hashes = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var number = 0;
        using var lines = new StreamReader(new MemoryStream(content), Encoding.UTF8);
        while (lines.ReadLine() is { } line)
        {
            number++;
            line = line.TrimEnd();
            if (line is "" or ['#', ..])
                continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                Wrong(1, "The line must be USER:HASH; write it with htpasswd -B");
            else if (!IsHash(line.AsSpan(colon + 1)))
                Wrong(colon + 2, "The hash is not a whole bcrypt hash of cost 4 to 17; write the line again with htpasswd -B");
            else if (!hashes.TryAdd(line[..colon], line[(colon + 1)..]))
                Wrong(1, $"The user '{line[..colon]}' has a line above this one; remove one of them");
        }

        errors.ThrowIfAny();
        return new PasswordList(hashes.ToImmutable());

        void Wrong(int column, string message) =>
            errors.Add(LoadErrorReason.InvalidData, new Provenance(file, number, column), message);
    }

    // $2y$10$ and 53 letters: the salt and the hash in bcrypt's base 64.
    private static bool IsHash(ReadOnlySpan<char> text)
    {
        if (!text.StartsWith("$2"))
            return false;
        text = text[2..];
        if (text is ['a' or 'b' or 'x' or 'y', ..])
            text = text[1..];
        return text is ['$', >= '0' and <= '9', >= '0' and <= '9', '$', ..]
            && ((text[1] - '0') * 10) + text[2] - '0' is >= LeastCost and <= MostCost
            && text[4..].Length == SaltAndHashLength
            && text[4..].IndexOfAnyExcept(Letters) < 0;
    }
}
