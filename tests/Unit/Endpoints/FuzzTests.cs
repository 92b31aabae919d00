using System.Text;
using Bistro.Registry.Http;
using Bistro.Registry.Manifests;
using Bistro.Registry.Names;
using Bistro.Registry.Uploads;
using CsCheck;

namespace Bistro.Unit.Endpoints;

/// <summary>
/// Feeds mutated examples of the corpus to the parsers of client input. A run is short; <c>CsCheck_Time=600</c> makes
/// it ten minutes for each, and a finding becomes a line of the corpus.
/// </summary>
public sealed class FuzzTests
{
    private const int Rounds = 3_000;

    private static readonly string[] Paths = Corpus("paths.txt");
    private static readonly string[] Manifests = Corpus("manifests.txt");

    [Fact]
    public void Path_names_the_same_endpoint_when_it_is_written_again() => Bent(Paths).Sample(text =>
    {
        if (ApiPathParser.Parse(text) is not ApiPath.Nowhere and var path)
            Assert.Equal(path, ApiPathParser.Parse(Write(path)));
    }, iter: Rounds);

    [Fact]
    public void Name_that_is_read_holds_only_what_names_hold() => Bent(Paths).Sample(text =>
    {
        if (ApiPathParser.Parse(text) is not ApiPath.InRepository { Repository.Value: var name })
            return;
        Assert.Matches("^[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*$", name);
        Assert.InRange(name.Length, 1, RepositoryName.MaxLength);
    }, iter: Rounds);

    [Fact]
    public void Range_is_always_within_the_blob() =>
        Gen.Select(Bent(["bytes=0-1", "bytes=500-", "bytes=-500", "bytes=9-3", "bytes=0-99999999999999999999"]), Gen.Long[0, long.MaxValue]).Sample((header, length) =>
        {
            if (ByteRange.Parse(header, length) is not ByteRange.Part part)
                return;
            Assert.InRange(part.Offset, 0, length - 1);
            Assert.InRange(part.Length, 1, length - part.Offset);
        }, iter: Rounds);

    [Fact]
    public void Chunk_has_a_length() => Bent(["0-0", "10-19", "0-9223372036854775806", "5-1"]).Sample(text =>
    {
        if (ChunkRange.TryParse(text, out var range))
            Assert.InRange(range.Length, 1, long.MaxValue);
    }, iter: Rounds);

    [Fact]
    public void Manifest_is_read_or_refused_and_never_throws() => Bent(Manifests).Sample(text =>
    {
        var read = ManifestReader.Read(Encoding.Latin1.GetBytes(text), null, out var message);
        if (read is null)
        {
            Assert.NotEmpty(message);
            return;
        }

        Assert.True(read.IsIndex || read.References.Length > 0);
        Assert.All(read.References, reference => Assert.InRange(reference.Size, 0, long.MaxValue));
        Assert.True(read.IsIndex || read.ArtifactType is not null);
    }, iter: Rounds);

    private static string[] Corpus(string name) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Endpoints", "corpus", name));

    /// <summary>An example with some pieces cut out, doubled, swapped for others, or filled with anything.</summary>
    private static Gen<string> Bent(string[] examples)
    {
        var bend = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 999], Gen.Int[0, 999], Gen.OneOf<string>(Gen.String[0, 6], Gen.OneOf("/", "%2F", "..", "\0", ":", "{", "}", "[", "\"", "-", "9", "\\u0000", "null", "uploads", "_")));
        return Gen.Select(Gen.OneOf(examples), bend.List[0, 4]).Select((example, bends) => bends.Aggregate(example, Bend));
    }

    private static string Bend(string text, (int Kind, int From, int To, string Piece) bend)
    {
        var (first, second) = (bend.From * text.Length / 999, bend.To * text.Length / 999);
        var (from, to) = (Math.Min(first, second), Math.Max(first, second));
        return bend.Kind switch
        {
            0 => text[..from] + bend.Piece + text[from..],
            1 => text[..from] + text[to..],
            2 => text[..to] + text[from..],
            _ => text[..from] + bend.Piece + text[Math.Min(text.Length, from + bend.Piece.Length)..],
        };
    }

    private static string Write(ApiPath path) => path switch
    {
        ApiPath.Ping => "",
        ApiPath.Catalog => "_catalog",
        ApiPath.Manifest manifest => $"{manifest.Repository}/manifests/{manifest.Reference}",
        ApiPath.Blob blob => $"{blob.Repository}/blobs/{blob.Digest}",
        ApiPath.Uploads uploads => $"{uploads.Repository}/blobs/uploads/",
        ApiPath.Upload upload => $"{upload.Repository}/blobs/uploads/{upload.Id}",
        ApiPath.Tags tags => $"{tags.Repository}/tags/list",
        ApiPath.Referrers referrers => $"{referrers.Repository}/referrers/{referrers.Subject}",
        _ => throw new ArgumentOutOfRangeException(nameof(path)),
    };
}
