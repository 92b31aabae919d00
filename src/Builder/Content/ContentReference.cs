using Bistro.Model.Content;

namespace Bistro.Builder.Content;

/// <summary>What is needed: an object by itself, or a directory with all that is below it.</summary>
public readonly record struct ContentReference(Digest Digest, bool IsTree)
{
    public static ContentReference Object(Digest digest) => new(digest, IsTree: false);

    public static ContentReference Tree(Digest digest) => new(digest, IsTree: true);
}
