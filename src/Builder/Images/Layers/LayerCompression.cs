namespace Bistro.Builder.Images.Layers;

/// <summary>How a layer's archive is stored and sent.</summary>
public enum LayerCompression
{
    None,
    Gzip,
    Zstd,
}
