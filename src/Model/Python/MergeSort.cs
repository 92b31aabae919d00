namespace Bistro.Model.Python;

/// <summary>
/// Sorts by a comparison that is not a total order. Such a list has no unique sorted form: the result depends on which items
/// are compared, and in what order. Keys depend on it, so this is timsort with powersort's merge policy, compare for compare
/// what Python 3.12 does, which BuildStream keeps a copy of for the same reason.
/// </summary>
internal sealed class MergeSort<T>
{
    private const int MinimumGallop = 7;

    private readonly Comparison<T> _compare;
    private readonly T[] _items;
    private readonly Stack<Run> _runs = new();
    private T[] _aside = [];
    private int _gallop = MinimumGallop;

    private MergeSort(T[] items, Comparison<T> compare)
    {
        _items = items;
        _compare = compare;
    }

    /// <summary>A sorted stretch.</summary>
    /// <param name="Start">Its first item.</param>
    /// <param name="Length">How many items.</param>
    /// <param name="Power">Its depth in the tree of merges, once the next run is known.</param>
    private readonly record struct Run(int Start, int Length, int Power = 0);

    public static void Sort(T[] items, Comparison<T> compare)
    {
        if (items.Length > 1)
            new MergeSort<T>(items, compare).Sort();
    }

    private void Sort()
    {
        var shortest = ShortestRun(_items.Length);
        for (var start = 0; start < _items.Length;)
        {
            var length = CountRun(start);
            if (length < shortest)
            {
                var end = Math.Min(start + shortest, _items.Length);
                InsertBinary(start, start + length, end);
                length = end - start;
            }
            CollapseFor(length);
            _runs.Push(new Run(start, length));
            start += length;
        }
        CollapseAll();
    }

    private bool Less(T left, T right) => _compare(left, right) < 0;

    private static int ShortestRun(int length)
    {
        var rest = 0;
        for (; length >= 64; length >>= 1)
            rest |= length & 1;
        return length + rest;
    }

    /// <summary>The length of the run at the start; a falling one is turned round.</summary>
    private int CountRun(int start)
    {
        var next = start + 1;
        if (next == _items.Length)
            return 1;
        var falls = Less(_items[next], _items[start]);
        do
            next++;
        while (next < _items.Length && Less(_items[next], _items[next - 1]) == falls);
        if (falls)
            Array.Reverse(_items, start, next - start);
        return next - start;
    }

    private void InsertBinary(int start, int unsorted, int end)
    {
        for (; unsorted < end; unsorted++)
        {
            var pivot = _items[unsorted];
            var (low, high) = (start, unsorted);
            while (low < high)
            {
                var middle = low + ((high - low) >> 1);
                if (Less(pivot, _items[middle]))
                    high = middle;
                else
                    low = middle + 1;
            }
            Array.Copy(_items, low, _items, low + 1, unsorted - low);
            _items[low] = pivot;
        }
    }

    /// <summary>Merges the runs that are due before a run of that length is pushed.</summary>
    private void CollapseFor(int length)
    {
        if (!_runs.TryPop(out var last))
            return;
        var power = Power(last.Start, last.Length, length);
        while (_runs.TryPeek(out var before) && before.Power > power)
            last = Merge(_runs.Pop(), last);
        _runs.Push(last with { Power = power });
    }

    private void CollapseAll()
    {
        while (_runs.Count > 1)
        {
            var last = _runs.Pop();
            var middle = _runs.Pop();
            if (_runs.TryPeek(out var first) && first.Length < last.Length)
            {
                _runs.Pop();
                _runs.Push(Merge(first, middle));
                _runs.Push(last);
            }
            else
            {
                _runs.Push(Merge(middle, last));
            }
        }
    }

    /// <summary>The first bit in which the middles of the two runs differ, as binary fractions of the whole length.</summary>
    private int Power(int start, int first, int second)
    {
        long total = _items.Length;
        var left = 2L * start + first;
        var right = left + first + second;
        for (var power = 1; ; power++)
        {
            if (left >= total)
                (left, right) = (left - total, right - total);
            else if (right >= total)
                return power;
            (left, right) = (left << 1, right << 1);
        }
    }

    private Run Merge(Run left, Run right)
    {
        var merged = left with { Length = left.Length + right.Length };
        var skipped = GallopRight(_items[right.Start], _items, left.Start, left.Length, 0);
        var leftLength = left.Length - skipped;
        if (leftLength == 0)
            return merged;
        var rightLength = GallopLeft(_items[right.Start - 1], _items, right.Start, right.Length, right.Length - 1);
        if (rightLength == 0)
            return merged;
        if (leftLength <= rightLength)
            MergeUp(left.Start + skipped, leftLength, rightLength);
        else
            MergeDown(left.Start + skipped, leftLength, rightLength);
        return merged;
    }

    /// <summary>Merges two neighbours from the front; the left one, the shorter, is put aside.</summary>
    private void MergeUp(int to, int leftLength, int rightLength)
    {
        var left = 0;
        var right = to + leftLength;
        PutAside(to, leftLength);
        _items[to++] = _items[right++];
        if (--rightLength == 0 || leftLength == 1)
        {
            Finish();
            return;
        }
        var gallop = _gallop;
        while (true)
        {
            var (leftWins, rightWins) = (0, 0);
            do
            {
                if (Less(_items[right], _aside[left]))
                {
                    (leftWins, rightWins) = (0, rightWins + 1);
                    if (TakeRight(1))
                        return;
                }
                else
                {
                    (leftWins, rightWins) = (leftWins + 1, 0);
                    if (TakeLeft(1))
                        return;
                }
            }
            while (leftWins < gallop && rightWins < gallop);

            gallop++;
            do
            {
                _gallop = gallop -= gallop > 1 ? 1 : 0;
                leftWins = GallopRight(_items[right], _aside, left, leftLength, 0);
                if ((leftWins > 0 && TakeLeft(leftWins)) || TakeRight(1))
                    return;
                rightWins = GallopLeft(_aside[left], _items, right, rightLength, 0);
                if ((rightWins > 0 && TakeRight(rightWins)) || TakeLeft(1))
                    return;
            }
            while (leftWins >= MinimumGallop || rightWins >= MinimumGallop);
            _gallop = ++gallop;
        }

        // Both say whether the merge is done: the last left item is known to belong behind all of the right ones.
        bool TakeLeft(int count)
        {
            Array.Copy(_aside, left, _items, to, count);
            (to, left, leftLength) = (to + count, left + count, leftLength - count);
            return leftLength <= 1 && Finish();
        }

        bool TakeRight(int count)
        {
            Array.Copy(_items, right, _items, to, count);
            (to, right, rightLength) = (to + count, right + count, rightLength - count);
            return rightLength == 0 && Finish();
        }

        bool Finish()
        {
            if (leftLength == 1)
                Array.Copy(_items, right, _items, to, rightLength);
            Array.Copy(_aside, left, _items, to + (leftLength == 1 ? rightLength : 0), leftLength);
            return true;
        }
    }

    /// <summary>Merges two neighbours from the back; the right one, the shorter, is put aside.</summary>
    private void MergeDown(int from, int leftLength, int rightLength)
    {
        PutAside(from + leftLength, rightLength);
        // Exclusive ends: the items before them are still to be merged.
        var to = from + leftLength + rightLength;
        _items[--to] = _items[from + --leftLength];
        if (leftLength == 0 || rightLength == 1)
        {
            Finish();
            return;
        }
        var gallop = _gallop;
        while (true)
        {
            var (leftWins, rightWins) = (0, 0);
            do
            {
                if (Less(_aside[rightLength - 1], _items[from + leftLength - 1]))
                {
                    (leftWins, rightWins) = (leftWins + 1, 0);
                    if (TakeLeft(1))
                        return;
                }
                else
                {
                    (leftWins, rightWins) = (0, rightWins + 1);
                    if (TakeRight(1))
                        return;
                }
            }
            while (leftWins < gallop && rightWins < gallop);

            gallop++;
            do
            {
                _gallop = gallop -= gallop > 1 ? 1 : 0;
                leftWins = leftLength - GallopRight(_aside[rightLength - 1], _items, from, leftLength, leftLength - 1);
                if ((leftWins > 0 && TakeLeft(leftWins)) || TakeRight(1))
                    return;
                rightWins = rightLength - GallopLeft(_items[from + leftLength - 1], _aside, 0, rightLength, rightLength - 1);
                if ((rightWins > 0 && TakeRight(rightWins)) || TakeLeft(1))
                    return;
            }
            while (leftWins >= MinimumGallop || rightWins >= MinimumGallop);
            _gallop = ++gallop;
        }

        // Both say whether the merge is done: the first right item is known to belong before all of the left ones.
        bool TakeLeft(int count)
        {
            (to, leftLength) = (to - count, leftLength - count);
            Array.Copy(_items, from + leftLength, _items, to, count);
            return leftLength == 0 && Finish();
        }

        bool TakeRight(int count)
        {
            (to, rightLength) = (to - count, rightLength - count);
            Array.Copy(_aside, rightLength, _items, to, count);
            return rightLength <= 1 && Finish();
        }

        bool Finish()
        {
            if (rightLength == 1)
                Array.Copy(_items, from, _items, to - leftLength, leftLength);
            Array.Copy(_aside, 0, _items, to - (rightLength == 1 ? leftLength : 0) - rightLength, rightLength);
            return true;
        }
    }

    private void PutAside(int start, int length)
    {
        if (_aside.Length < length)
            _aside = new T[length];
        Array.Copy(_items, start, _aside, 0, length);
    }

    /// <summary>How many items of the sorted stretch belong before the key, items equal to it not among them.</summary>
    private int GallopLeft(T key, T[] items, int start, int length, int hint) =>
        Gallop(index => Less(items[start + index], key), length, hint);

    /// <summary>How many items of the sorted stretch belong before the key, items equal to it among them.</summary>
    private int GallopRight(T key, T[] items, int start, int length, int hint) =>
        Gallop(index => !Less(key, items[start + index]), length, hint);

    /// <summary>How many items belong before: looks from the hint in growing strides, then halves the last stride.</summary>
    private static int Gallop(Func<int, bool> belongsBefore, int length, int hint)
    {
        var (last, offset) = (0, 1);
        int low, high;
        if (belongsBefore(hint))
        {
            while (offset < length - hint && belongsBefore(hint + offset))
                (last, offset) = (offset, 2 * offset + 1);
            (low, high) = (hint + last + 1, hint + Math.Min(offset, length - hint));
        }
        else
        {
            while (offset < hint + 1 && !belongsBefore(hint - offset))
                (last, offset) = (offset, 2 * offset + 1);
            (low, high) = (hint - Math.Min(offset, hint + 1) + 1, hint - last);
        }
        while (low < high)
        {
            var middle = low + ((high - low) >> 1);
            if (belongsBefore(middle))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
