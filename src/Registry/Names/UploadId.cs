namespace Bistro.Registry.Names;

/// <summary>The ID of an upload session: a random UUID, which cannot be guessed.</summary>
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
