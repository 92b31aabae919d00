using System.Collections.Immutable;

namespace Bistro.Model.Options;

/// <summary>A value in a condition, under Python's rules, which are those of BuildStream's expressions.</summary>
internal abstract record OptionValue
{
    private OptionValue()
    {
    }

    public sealed record Text(string Value) : OptionValue;

    public sealed record Number(long Value) : OptionValue;

    public sealed record Flag(bool Value) : OptionValue;

    /// <summary>A list, or a tuple, which equals no list.</summary>
    public sealed record List(ImmutableArray<OptionValue> Items, bool IsTuple) : OptionValue;

    public sealed record Nothing : OptionValue;

    /// <summary>A name that no option has: an error when its value is used.</summary>
    public sealed record Undefined(string Name) : OptionValue
    {
        public ExpressionException Failure => new($"'{Name}' is undefined");
    }

    public static OptionValue None { get; } = new Nothing();

    public static OptionValue True { get; } = new Flag(true);

    public static OptionValue False { get; } = new Flag(false);

    public static OptionValue Of(bool value) => value ? True : False;

    public static OptionValue Of(IEnumerable<string> texts) =>
        new List([.. texts.Select(text => new Text(text))], IsTuple: false);

    /// <exception cref="ExpressionException">There is no value.</exception>
    public bool IsTruthy => this switch
    {
        Text text => text.Value.Length > 0,
        Number number => number.Value != 0,
        Flag flag => flag.Value,
        List list => !list.Items.IsEmpty,
        Undefined undefined => throw undefined.Failure,
        _ => false,
    };

    /// <exception cref="ExpressionException">One of them has no value.</exception>
    public static bool AreEqual(OptionValue left, OptionValue right) => (left, right) switch
    {
        (Undefined undefined, _) => throw undefined.Failure,
        (_, Undefined undefined) => throw undefined.Failure,
        (Text a, Text b) => a.Value == b.Value,
        (List a, List b) => a.IsTuple == b.IsTuple && a.Items.Length == b.Items.Length
            && a.Items.Zip(b.Items).All(pair => AreEqual(pair.First, pair.Second)),
        (Nothing, Nothing) => true,
        _ => left.Numeric is { } a && a == right.Numeric,
    };

    /// <summary>Negative, zero or positive.</summary>
    /// <exception cref="ExpressionException">They have no order.</exception>
    public static int Order(OptionValue left, OptionValue right) => (left, right) switch
    {
        (Undefined undefined, _) => throw undefined.Failure,
        (_, Undefined undefined) => throw undefined.Failure,
        (Text a, Text b) => string.CompareOrdinal(a.Value, b.Value),
        (List a, List b) when a.IsTuple == b.IsTuple => OrderItems(a.Items, b.Items),
        _ when left.Numeric is { } a && right.Numeric is { } b => a.CompareTo(b),
        _ => throw new ExpressionException($"a {left.Kind} and a {right.Kind} have no order"),
    };

    /// <summary>Whether it is an item of the list, or a part of the text.</summary>
    /// <exception cref="ExpressionException">The other is neither.</exception>
    public bool IsIn(OptionValue container) => (this, container) switch
    {
        (_, List list) => list.Items.Any(item => AreEqual(this, item)),
        (Undefined undefined, _) => throw undefined.Failure,
        (_, Undefined undefined) => throw undefined.Failure,
        (Text part, Text text) => text.Value.Contains(part.Value, StringComparison.Ordinal),
        _ => throw new ExpressionException($"a {Kind} cannot be in a {container.Kind}"),
    };

    /// <summary>As it would be printed.</summary>
    public string Printed => this switch
    {
        Text text => text.Value,
        Number number => $"{number.Value}",
        Flag flag => flag.Value ? "True" : "False",
        Nothing => "None",
        Undefined undefined => throw undefined.Failure,
        List { IsTuple: true, Items: [var only] } => $"({only.Represented},)",
        List { IsTuple: true } tuple => $"({string.Join(", ", tuple.Items.Select(item => item.Represented))})",
        List list => $"[{string.Join(", ", list.Items.Select(item => item.Represented))}]",
        _ => throw new InvalidOperationException($"A {Kind} is not printed."),
    };

    // As Python writes it in a list.
    private string Represented => this is not Text { Value: var text } ? Printed
        : text.Contains('\'') && !text.Contains('"') ? $"\"{Escaped(text)}\""
        : $"'{Escaped(text).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\t", "\\t", StringComparison.Ordinal);

    /// <summary>The number that it is, or null: in Python True is 1 and False is 0.</summary>
    public long? Numeric => this switch
    {
        Number number => number.Value,
        Flag flag => flag.Value ? 1 : 0,
        _ => null,
    };

    public string Kind => this switch
    {
        Text => "text",
        Number => "number",
        Flag => "bool",
        List { IsTuple: true } => "tuple",
        List => "list",
        _ => "none",
    };

    private static int OrderItems(ImmutableArray<OptionValue> left, ImmutableArray<OptionValue> right)
    {
        foreach (var (a, b) in left.Zip(right))
            if (!AreEqual(a, b))
                return Order(a, b);
        return left.Length - right.Length;
    }
}

/// <summary>A condition cannot be parsed or evaluated. The caller adds the place.</summary>
internal sealed class ExpressionException(string message) : Exception(message);
