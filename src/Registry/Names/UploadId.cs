namespace Bistro.Registry.Names;

/// <summary>The name of one upload session: a random UUID, which the specification asks for and nobody can guess.</summary>
public readonly record struct UploadId(Guid Value)
{
    public static UploadId Create() => new(Guid.NewGuid());

    public static bool TryParse(ReadOnlySpan<char> text, out UploadId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = new UploadId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
