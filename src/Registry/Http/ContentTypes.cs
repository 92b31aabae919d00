namespace Bistro.Registry.Http;

/// <summary>The content types of answers that are not images. Those of images are in <see cref="Builder.Images.Oci.MediaTypes"/>.</summary>
public static class ContentTypes
{
    public const string OctetStream = "application/octet-stream";
    public const string Json = "application/json";
}
