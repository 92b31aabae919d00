namespace Bistro.Model.Content;

/// <summary>A digest with the length of its content in bytes: what REAPI calls <c>Digest</c> and OCI a descriptor's two members.</summary>
public readonly record struct SizedDigest(Digest Hash, long Size)
{
    /// <summary>BuildStream's text form, <c>HEX/SIZE</c>.</summary>
    public override string ToString() => $"{Hash.Hex}/{Size}";
}
