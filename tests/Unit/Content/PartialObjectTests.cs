using System.Buffers;
using System.Security.Cryptography;
using Bistro.Builder.Content;
using Bistro.Model.Content;

namespace Bistro.Unit.Content;

public sealed class PartialObjectTests : IDisposable
{
    private const int PieceSize = 1 << 20;

    // Long enough to be synced on the way, more than once.
    private const int Pieces = 80;

    private readonly StoreFixture _fixture = new();
    private readonly PartialObjects _partials;

    public PartialObjectTests() => _partials = new PartialObjects(_fixture.Store);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Large_object_arrives_as_it_was_sent()
    {
        using var partial = _partials.Begin("a");
        await AppendAsync(partial, 0, Pieces);
        await IsKeptAsync(partial, Enumerable.Range(0, Pieces));
    }

    [Fact]
    public async Task What_was_cut_off_is_not_in_it()
    {
        using var partial = _partials.Begin("a");
        await AppendAsync(partial, 0, Pieces);
        partial.CutTo(10 * PieceSize);
        await AppendAsync(partial, 100, 40);
        await IsKeptAsync(partial, Enumerable.Range(0, 10).Concat(Enumerable.Range(100, 40)));
    }

    [Fact]
    public async Task Another_process_goes_on_where_it_ended()
    {
        using (var begun = _partials.Begin("a"))
            await AppendAsync(begun, 0, 40);
        using var resumed = _partials.Resume("a")!;
        await AppendAsync(resumed, 40, 40);
        await IsKeptAsync(resumed, Enumerable.Range(0, 80));
        Assert.Null(_partials.Resume("a"));
    }

    [Fact]
    public async Task Closing_it_between_pieces_loses_nothing()
    {
        using var partial = _partials.Begin("a");
        for (var piece = 0; piece < Pieces; piece++)
        {
            await AppendAsync(partial, piece, 1);
            partial.Close();
        }

        await IsKeptAsync(partial, Enumerable.Range(0, Pieces));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sha512_is_right_announced_early_or_late(bool isEarly)
    {
        using var partial = _partials.Begin("a");
        if (isEarly)
            partial.ComputeSha512();
        await AppendAsync(partial, 0, 3);
        Assert.Equal(SHA512.HashData(Content(Enumerable.Range(0, 3))), partial.Sha512(StoreFixture.Token));
    }

    private static async Task AppendAsync(PartialObject partial, int first, int count)
    {
        for (var piece = first; piece < first + count; piece++)
            await partial.AppendAsync(new ReadOnlySequence<byte>(Piece(piece)));
    }

    private async Task IsKeptAsync(PartialObject partial, IEnumerable<int> pieces)
    {
        var expected = Digest.Of(Content(pieces));
        Assert.Equal(expected, (await partial.KeepAsync(StoreFixture.Token)).Hash);
        Assert.True(_fixture.Store.Verify(expected, StoreFixture.Token));
    }

    private static byte[] Content(IEnumerable<int> pieces) => pieces.SelectMany(Piece).ToArray();

    private static byte[] Piece(int index)
    {
        var piece = new byte[PieceSize];
        new Random(index).NextBytes(piece);
        return piece;
    }
}
