using Bistro.Model.Python;

namespace Bistro.Unit.Elements;

/// <summary>Held against Python 3.12's own <c>sorted</c>, with comparisons that contradict themselves by so many per cent.</summary>
public sealed class MergeSortTests
{
    [Theory]
    [InlineData(2, 0, 1, 65u)]
    [InlineData(2, 3, 1, 4u)]
    [InlineData(2, 40, 1, 1u)]
    [InlineData(2, 100, 1, 95u)]
    [InlineData(5, 0, 7, 37768u)]
    [InlineData(5, 3, 4, 1940420u)]
    [InlineData(5, 40, 8, 1849960u)]
    [InlineData(5, 100, 4, 3046593u)]
    [InlineData(31, 0, 110, 3045663714u)]
    [InlineData(31, 3, 115, 1406022777u)]
    [InlineData(31, 40, 111, 1860801786u)]
    [InlineData(31, 100, 111, 2572687185u)]
    [InlineData(63, 0, 271, 40503126u)]
    [InlineData(63, 3, 273, 2355404113u)]
    [InlineData(63, 40, 275, 1841630398u)]
    [InlineData(63, 100, 280, 269986418u)]
    [InlineData(64, 0, 281, 3316699358u)]
    [InlineData(64, 3, 283, 1565646827u)]
    [InlineData(64, 40, 266, 3999294583u)]
    [InlineData(64, 100, 252, 2874053481u)]
    [InlineData(65, 0, 282, 2923296902u)]
    [InlineData(65, 3, 295, 1866730016u)]
    [InlineData(65, 40, 285, 1092130225u)]
    [InlineData(65, 100, 262, 972206913u)]
    [InlineData(100, 0, 479, 1639052157u)]
    [InlineData(100, 3, 466, 2415444935u)]
    [InlineData(100, 40, 503, 3405420581u)]
    [InlineData(100, 100, 498, 1977585138u)]
    [InlineData(257, 0, 1511, 3750422717u)]
    [InlineData(257, 3, 1518, 3568590402u)]
    [InlineData(257, 40, 1453, 643421306u)]
    [InlineData(257, 100, 1322, 432054686u)]
    [InlineData(1000, 0, 6707, 604017614u)]
    [InlineData(1000, 3, 6197, 1239227611u)]
    [InlineData(1000, 40, 7832, 3136609375u)]
    [InlineData(1000, 100, 6486, 969648650u)]
    [InlineData(3000, 0, 23422, 3118372303u)]
    [InlineData(3000, 3, 21102, 3337410135u)]
    [InlineData(3000, 40, 22661, 1663404070u)]
    [InlineData(3000, 100, 22218, 2198565571u)]
    public void It_compares_and_orders_as_Python_does(int length, int contradictions, int comparisons, uint hash)
    {
        var seed = length + contradictions;
        var items = Items(length, seed);
        var count = 0;
        MergeSort<long>.Sort(items, (left, right) =>
        {
            count++;
            var mixed = (left * 2654435761 + right * 40503 + seed) % 4294967296;
            return (mixed >> 7) % 100 < contradictions ? (int)((mixed >> 16) % 3) - 1 : left.CompareTo(right);
        });

        Assert.Equal(hash, items.Aggregate(0u, (sum, item) => sum * 31 + (uint)item));
        Assert.Equal(comparisons, count);
    }

    // A sorted stretch, a falling one, and disorder between them.
    private static long[] Items(int length, int seed)
    {
        var items = new long[length];
        for (long index = 0; index < length; index++)
            items[index] = (index * 7919 + seed * 104729L) % 1000003 % (length * 2 + 1);
        var part = Math.Max(1, length / 5);
        items.AsSpan(0, part).Sort();
        var falling = items.AsSpan(2 * part, Math.Min(3 * part, length) - 2 * part);
        falling.Sort();
        falling.Reverse();
        return items;
    }
}
