using System.Collections.Immutable;

namespace Bistro.Model.Options;

/// <summary>Calculations in conditions, and the parts of texts and lists, by Python's rules; of numbers there are only whole ones.</summary>
internal static class ExpressionArithmetic
{
    private const int LongestResult = 10_000;

    /// <exception cref="ExpressionException">They have no such operation.</exception>
    public static OptionValue Calculate(OptionValue left, string @operator, OptionValue right) => (left, @operator, right) switch
    {
        (OptionValue.Undefined undefined, _, _) => throw undefined.Failure,
        (_, _, OptionValue.Undefined undefined) => throw undefined.Failure,
        (OptionValue.Text a, "+", OptionValue.Text b) => new OptionValue.Text(a.Value + b.Value),
        (OptionValue.List a, "+", OptionValue.List b) when a.IsTuple == b.IsTuple => a with { Items = a.Items.AddRange(b.Items) },
        (_, "*", _) when right.Numeric is { } times && Repeat(left, times) is { } repeated => repeated,
        (_, "*", _) when left.Numeric is { } times && Repeat(right, times) is { } repeated => repeated,
        _ when left.Numeric is { } a && right.Numeric is { } b => new OptionValue.Number(Calculate(a, @operator, b)),
        _ => throw new ExpressionException($"'{@operator}' does not stand between a {left.Kind} and a {right.Kind}"),
    };

    /// <exception cref="ExpressionException">It has no items.</exception>
    public static OptionValue Item(OptionValue value, OptionValue place)
    {
        var items = ExpressionFunctions.Items(value);
        if (place is OptionValue.Undefined undefined)
            throw undefined.Failure;
        return place.Numeric is { } index && index + (index < 0 ? items.Length : 0) is >= 0 and var at && at < items.Length
            ? items[(int)at]
            : new OptionValue.Undefined("an item that is not there");
    }

    /// <exception cref="ExpressionException">It has no items, or an index is not a number.</exception>
    public static OptionValue Slice(OptionValue value, OptionValue start, OptionValue end)
    {
        var items = ExpressionFunctions.Items(value);
        var first = Place(start, 0);
        var part = items.Slice(first, Math.Max(0, Place(end, items.Length) - first));
        return Whole(value, part);

        int Place(OptionValue place, int absent) => place switch
        {
            OptionValue.Nothing => absent,
            OptionValue.Undefined undefined => throw undefined.Failure,
            { Numeric: { } at } => (int)Math.Clamp(at < 0 ? at + items.Length : at, 0, items.Length),
            _ => throw new ExpressionException($"a {place.Kind} is not an index of a list"),
        };
    }

    private static OptionValue? Repeat(OptionValue value, long times)
    {
        if (value is not (OptionValue.Text or OptionValue.List))
            return null;
        var items = ExpressionFunctions.Items(value);
        if (items.Length * (decimal)times > LongestResult)
            throw new ExpressionException($"it grows to more than {LongestResult} items");
        var repeated = Enumerable.Repeat(items, (int)Math.Max(0, items.IsEmpty ? 0 : times)).SelectMany(part => part);
        return Whole(value, [.. repeated]);
    }

    /// <summary>A value of the same form that has these items.</summary>
    private static OptionValue Whole(OptionValue form, ImmutableArray<OptionValue> items) => form switch
    {
        OptionValue.List list => list with { Items = items },
        _ => new OptionValue.Text(string.Concat(items.Select(letter => letter.Printed))),
    };

    private static long Calculate(long left, string @operator, long right)
    {
        if (right == 0 && @operator is "/" or "//" or "%")
            throw new ExpressionException("division by zero");
        try
        {
            return @operator switch
            {
                "+" => checked(left + right),
                "-" => checked(left - right),
                "*" => checked(left * right),
                // Python rounds down, and the rest has the sign of the divisor.
                "//" => checked(left / right) - (left % right != 0 && left < 0 != right < 0 ? 1 : 0),
                "%" => (left % right + right) % right,
                "/" when left % right == 0 => left / right,
                _ => throw new ExpressionException($"{left} {@operator} {right} is not a whole number"),
            };
        }
        catch (OverflowException)
        {
            throw new ExpressionException($"{left} {@operator} {right} is too large");
        }
    }
}
