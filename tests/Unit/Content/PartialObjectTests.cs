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
        using var resumed = Take(_partials);
        await AppendAsync(resumed, 40, 40);
        await IsKeptAsync(resumed, Enumerable.Range(0, 80));
        Assert.True(_partials.TryTake("a", () => null, out var gone));
        Assert.Null(gone);
    }

    [Fact]
    public async Task Releasing_it_between_pieces_loses_nothing_and_reads_nothing_twice()
    {
        PartialHash? hash = null;
        await _partials.Begin("a").ReleaseAsync(kept => hash = kept);
        for (var piece = 0; piece < Pieces; piece++)
        {
            using var partial = Take(_partials, hash);
            Assert.Equal(piece * (long)PieceSize, hash!.Length);
            await AppendAsync(partial, piece, 1);
            await partial.ReleaseAsync(kept => hash = kept);
        }

        using var whole = Take(_partials, hash);
        Assert.Equal(Pieces * (long)PieceSize, hash!.Length);
        await IsKeptAsync(whole, Enumerable.Range(0, Pieces));
    }

    [Fact]
    public async Task Two_processes_take_turns()
    {
        using var other = ContentStore.Create(_fixture.Root);
        PartialObjects[] both = [_partials, new PartialObjects(other)];
        PartialHash?[] hashes = new PartialHash?[2];
        await _partials.Begin("a").ReleaseAsync(kept => hashes[0] = kept);
        for (var piece = 0; piece < 6; piece++)
        {
            // Twice here, twice there: what the other one has added is read, and nothing else.
            var turn = piece / 2 % 2;
            using var partial = Take(both[turn], hashes[turn]);
            await AppendAsync(partial, piece, 1);
            await partial.ReleaseAsync(kept => hashes[turn] = kept);
        }

        using var whole = Take(both[1], hashes[1]);
        await IsKeptAsync(whole, Enumerable.Range(0, 6));
    }

    [Fact]
    public void One_that_is_being_added_to_is_not_taken_and_not_swept()
    {
        using var other = ContentStore.Create(_fixture.Root);
        using var held = _partials.Begin("a");
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        Assert.False(new PartialObjects(other).TryTake("a", () => throw new InvalidOperationException("It is not locked."), out _));
        new PartialObjects(other).RemoveOlder(tomorrow);
        Assert.True(File.Exists(Path.Combine(_fixture.Store.Layout.Partial, "a")));
        held.Dispose();
        new PartialObjects(other).RemoveOlder(tomorrow);
        Assert.False(File.Exists(Path.Combine(_fixture.Store.Layout.Partial, "a")));
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

    private static PartialObject Take(PartialObjects partials, PartialHash? hash = null)
    {
        Assert.True(partials.TryTake("a", () => hash, out var partial));
        return partial!;
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
