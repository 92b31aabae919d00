namespace Bistro.Builder.Images.Layers;

/// <summary>The compression of a layer's archive.</summary>
public enum LayerCompression
{
    None,
    Gzip,
    Zstd,
}
