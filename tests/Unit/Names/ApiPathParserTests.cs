using Bistro.Registry.Errors;
using Bistro.Registry.Names;

namespace Bistro.Unit.Names;

public sealed class ApiPathParserTests
{
    private const string Hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private const string Id = "0b7f3a52-0e6c-4d8e-9b0a-0f2f7c1f9d11";

    [Fact]
    public void Nothing_after_v2_is_the_ping() => Assert.IsType<ApiPath.Ping>(ApiPathParser.Parse(""));

    [Fact]
    public void Catalogue_is_no_repository() => Assert.IsType<ApiPath.Catalog>(ApiPathParser.Parse("_catalog"));

    [Theory]
    [InlineData("a/manifests/latest", "a", "latest")]
    [InlineData("a/b/c/manifests/v1.0_x-y", "a/b/c", "v1.0_x-y")]
    [InlineData("a/manifests/manifests/x", "a/manifests", "x")]
    [InlineData("manifests/manifests/manifests", "manifests", "manifests")]
    [InlineData("a/blobs/uploads/manifests/latest", "a/blobs/uploads", "latest")]
    [InlineData("a/manifests/sha256:" + Hex, "a", "sha256:" + Hex)]
    public void Manifest_is_matched_from_the_end(string path, string repository, string reference)
    {
        var manifest = Assert.IsType<ApiPath.Manifest>(ApiPathParser.Parse(path));
        Assert.Equal(repository, manifest.Repository.Value);
        Assert.Equal(reference, manifest.Reference.Text);
    }

    [Theory]
    [InlineData("a/blobs/sha256:" + Hex, "a")]
    [InlineData("a/blobs/uploads/blobs/sha256:" + Hex, "a/blobs/uploads")]
    public void Blob_is_matched_from_the_end(string path, string repository) =>
        Assert.Equal(repository, Assert.IsType<ApiPath.Blob>(ApiPathParser.Parse(path)).Repository.Value);

    [Theory]
    [InlineData("a/blobs/uploads/")]
    [InlineData("a/blobs/uploads")]
    public void Uploads_begin_with_or_without_the_last_slash(string path) =>
        Assert.Equal("a", Assert.IsType<ApiPath.Uploads>(ApiPathParser.Parse(path)).Repository.Value);

    [Fact]
    public void Upload_has_an_id() =>
        Assert.Equal(Id, Assert.IsType<ApiPath.Upload>(ApiPathParser.Parse($"a/b/blobs/uploads/{Id}")).Id.ToString());

    [Fact]
    public void Tags_are_listed() => Assert.Equal("a/tags", Assert.IsType<ApiPath.Tags>(ApiPathParser.Parse("a/tags/tags/list")).Repository.Value);

    [Fact]
    public void Referrers_are_listed() =>
        Assert.Equal("a", Assert.IsType<ApiPath.Referrers>(ApiPathParser.Parse($"a/referrers/sha256:{Hex}")).Repository.Value);

    [Theory]
    [InlineData("a", Refusal.PathUnknown)]
    [InlineData("/", Refusal.PathUnknown)]
    [InlineData("//", Refusal.PathUnknown)]
    [InlineData("a/b/c", Refusal.PathUnknown)]
    [InlineData("a/uploads/x", Refusal.PathUnknown)]
    [InlineData("a/tags/list/", Refusal.PathUnknown)]
    [InlineData("tags/list", Refusal.NameInvalid)]
    [InlineData("manifests/latest", Refusal.NameInvalid)]
    [InlineData("A/manifests/latest", Refusal.NameInvalid)]
    [InlineData("a%2Fb/manifests/latest", Refusal.NameInvalid)]
    [InlineData("../manifests/latest", Refusal.NameInvalid)]
    [InlineData("a/../b/manifests/latest", Refusal.NameInvalid)]
    [InlineData("a//b/manifests/latest", Refusal.NameInvalid)]
    [InlineData("a\0/manifests/latest", Refusal.NameInvalid)]
    [InlineData("a/manifests/", Refusal.ReferenceInvalid)]
    [InlineData("a/manifests/.x", Refusal.ReferenceInvalid)]
    [InlineData("a/manifests/sha256:baddigeststring", Refusal.DigestInvalid)]
    [InlineData("a/blobs/latest", Refusal.DigestInvalid)]
    [InlineData("a/blobs/sha256:../../etc/passwd", Refusal.PathUnknown)]
    [InlineData("a/blobs/SHA256:" + Hex, Refusal.DigestInvalid)]
    [InlineData("a/blobs/md5:d41d8cd98f00b204e9800998ecf8427e", Refusal.DigestInvalid)]
    [InlineData("a/referrers/", Refusal.DigestInvalid)]
    [InlineData("a/blobs/uploads/nonsense", Refusal.UploadUnknown)]
    [InlineData("A/blobs/uploads/" + Id, Refusal.NameInvalid)]
    public void Nonsense_is_refused(string path, Refusal refusal) =>
        Assert.Equal(refusal, Assert.IsType<ApiPath.Nowhere>(ApiPathParser.Parse(path)).Error.Refusal);

    [Fact]
    public void What_was_sent_is_shown_short_and_printable()
    {
        var message = Assert.IsType<ApiPath.Nowhere>(ApiPathParser.Parse($"a/manifests/\u001b{new string('x', 5000)}")).Error.Message;
        Assert.InRange(message.Length, 1, 300);
        Assert.DoesNotContain('\u001b', message);
    }
}
