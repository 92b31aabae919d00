using System.Text.Json;

namespace Bistro.Registry.Auth;

/// <summary>
/// The permissions of a token in the format of Docker's token flow: scopes in the request, an <c>access</c> claim in the
/// token (distribution: Token Authentication Specification).
/// </summary>
public sealed record AccessClaim(string Type, string Name, IReadOnlyList<string> Actions)
{
    public const string Repository = "repository";
    public const string Registry = "registry";
    public const string Catalogue = "catalog";

    private static readonly (string Word, RepositoryActions Action)[] Words =
    [
        ("pull", RepositoryActions.Pull),
        ("push", RepositoryActions.Push),
        ("delete", RepositoryActions.Delete),
        ("build", RepositoryActions.Build),
        ("*", RepositoryActions.All),
    ];

    /// <summary>Parses <c>repository:NAME:pull,push</c>; null if it is malformed. A name may contain a colon before a port.</summary>
    public static AccessClaim? ParseScope(string scope)
    {
        var first = scope.IndexOf(':', StringComparison.Ordinal);
        var last = scope.LastIndexOf(':');
        return first > 0 && last > first
            ? new AccessClaim(scope[..first], scope[(first + 1)..last], scope[(last + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries))
            : null;
    }

    /// <summary>The action named by a word of a scope or of the configuration; none if the word is unknown.</summary>
    public static RepositoryActions ActionOf(string word) => Array.Find(Words, known => known.Word == word).Action;

    /// <summary>All actions named by the words; unknown words are ignored.</summary>
    public RepositoryActions ToActions() => Actions.Aggregate(RepositoryActions.None, (all, word) => all | ActionOf(word));

    public static AccessClaim ForRepository(string name, RepositoryActions actions) =>
        new(Repository, name, [.. Words.Where(word => word.Word != "*" && actions.HasFlag(word.Action)).Select(word => word.Word)]);

    /// <summary>The <c>access</c> claim of a token, or null when it has none.</summary>
    public static IReadOnlyList<AccessClaim>? Read(JsonElement claims)
    {
        if (!claims.TryGetProperty("access", out var access) || access.ValueKind != JsonValueKind.Array)
            return null;
        return [.. access.EnumerateArray().Select(ReadOne).OfType<AccessClaim>()];
    }

    private static AccessClaim? ReadOne(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && item.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
        && item.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
        && item.TryGetProperty("actions", out var actions) && actions.ValueKind == JsonValueKind.Array
            ? new AccessClaim(type.GetString()!, name.GetString()!, [.. actions.EnumerateArray().Where(word => word.ValueKind == JsonValueKind.String).Select(word => word.GetString()!)])
            : null;
}
