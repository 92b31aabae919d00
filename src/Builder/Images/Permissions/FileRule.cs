using System.Collections.Immutable;
using Bistro.Builder.Trees;
using Bistro.Model.Errors;
using Bistro.Model.Keys;

namespace Bistro.Builder.Images.Permissions;

/// <summary>
/// One entry of a <c>files</c> table: what an image's layer says of the paths that match, beyond what the tree holds. What is
/// null or empty is left as it is.
/// </summary>
public sealed record FileRule
{
    private static readonly char[] Wildcards = ['*', '?', '['];

    private readonly Lazy<GlobPattern> _pattern;

    public FileRule(string path, Provenance where)
    {
        (Path, Where) = (path, where);
        _pattern = new Lazy<GlobPattern>(() => new GlobPattern(path));
        var wildcard = path.IndexOfAny(Wildcards);
        IsGlob = wildcard >= 0;
        Stem = IsGlob ? path[..(path.LastIndexOf('/', wildcard) + 1)] : path;
    }

    /// <summary>An absolute path, or a pattern of them (see <see cref="GlobPattern"/>).</summary>
    public string Path { get; }

    public Provenance Where { get; }

    /// <summary>Permission bits, at most 07777.</summary>
    public int? Mode { get; init; }

    public uint? Owner { get; init; }

    public uint? Group { get; init; }

    /// <summary>Extended attributes with their values in base64, file capabilities among them.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Xattrs { get; init; } = [];

    /// <summary>Whether it is not an error that nothing matches.</summary>
    public bool IsOptional { get; init; }

    public bool IsGlob { get; }

    /// <summary>The path, or what comes before the first component with a wildcard: nothing outside of it matches.</summary>
    public string Stem { get; }

    public KeyValue Key => new KeyMembers()
        .Add("path", Path)
        .AddIfPresent("mode", Mode)
        .AddIfPresent("owner", Owner)
        .AddIfPresent("group", Group)
        .Add("xattrs", KeyMembers.OfTexts(Xattrs))
        .ToKey();

    public bool Matches(string path) => IsGlob ? _pattern.Value.Matches(path) : path == Path;

    /// <summary>Whether an entry below this directory may match.</summary>
    public bool MayMatchBelow(string directory)
    {
        var inside = directory == "/" ? directory : directory + "/";
        return Stem.StartsWith(inside, StringComparison.Ordinal) || (IsGlob && inside.StartsWith(Stem, StringComparison.Ordinal));
    }
}
