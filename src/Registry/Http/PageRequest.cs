using System.Globalization;
using Bistro.Registry.Errors;

namespace Bistro.Registry.Http;

/// <summary>The requested page of a list: at most <c>n</c> entries after <c>last</c> (distribution-spec: Listing Tags).</summary>
/// <param name="Count">Entries to return.</param>
/// <param name="Last">The entry before the page; null for the first page.</param>
public sealed record PageRequest(int Count, string? Last)
{
    private const int LongestLast = 512;

    /// <param name="limit">The maximum size of a page.</param>
    public static PageRequest? Read(IQueryCollection query, int limit, out OciError? error)
    {
        error = null;
        var last = query["last"].ToString();
        if (last.Length > LongestLast)
            error = new OciError(Refusal.ParameterInvalid, $"'last' has at most {LongestLast} characters.");
        var count = limit;
        if (query.TryGetValue("n", out var text) && !TryReadCount(text.ToString(), limit, out count))
            error = new OciError(Refusal.ParameterInvalid, "'n' is the number of entries wanted, in decimal digits.");
        return error is null ? new PageRequest(count, last.Length == 0 ? null : last) : null;
    }

    private static bool TryReadCount(string text, int limit, out int count)
    {
        count = limit;
        if (text.Length == 0 || text.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
            return false;
        // A number too large to read is larger than any limit.
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
            count = Math.Min(wanted, limit);
        return true;
    }
}
