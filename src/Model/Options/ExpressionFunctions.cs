using System.Collections.Immutable;
using System.Globalization;
using Bistro.Model.Python;

namespace Bistro.Model.Options;

/// <summary>
/// The functions of conditions: those of Jinja's filters, tests and text methods that are useful with the value of an option.
/// </summary>
internal static class ExpressionFunctions
{
    public delegate OptionValue Function(OptionValue value, ImmutableArray<OptionValue> arguments);

    /// <exception cref="ExpressionException">There is none of this name.</exception>
    public static Function Filter(string name) => name switch
    {
        "length" or "count" => (value, arguments) => Length(Expect(value, arguments, 0)),
        "lower" => (value, arguments) => new OptionValue.Text(Expect(value, arguments, 0).Printed.ToLowerInvariant()),
        "upper" => (value, arguments) => new OptionValue.Text(Expect(value, arguments, 0).Printed.ToUpperInvariant()),
        "trim" => (value, arguments) => new OptionValue.Text(Expect(value, arguments, 0).Printed.Trim()),
        "string" => (value, arguments) => new OptionValue.Text(Expect(value, arguments, 0).Printed),
        "default" or "d" => (value, arguments) => value is OptionValue.Undefined ? Argument(arguments) : value,
        "capitalize" => (value, arguments) => new OptionValue.Text(Capitalized(Expect(value, arguments, 0).Printed)),
        "replace" => (value, arguments) => new OptionValue.Text(Replaced(value.Printed, arguments)),
        "int" => (value, arguments) => new OptionValue.Number(Number(Expect(value, arguments, 0))),
        "abs" => (value, arguments) => new OptionValue.Number(Math.Abs(Expect(value, arguments, 0) switch
        {
            OptionValue.Undefined undefined => throw undefined.Failure,
            { Numeric: { } number } => number,
            _ => throw new ExpressionException($"a {value.Kind} is not a number"),
        })),
        "list" => (value, arguments) => new OptionValue.List(Items(Expect(value, arguments, 0)), IsTuple: false),
        "reverse" => (value, arguments) => Expect(value, arguments, 0) is OptionValue.Text text
            ? new OptionValue.Text(string.Concat(text.Value.Reverse()))
            : new OptionValue.List([.. Items(value).Reverse()], IsTuple: false),
        "sort" => (value, arguments) => new OptionValue.List(Sorted(Expect(value, arguments, 0)), IsTuple: false),
        "min" => (value, arguments) => Sorted(Expect(value, arguments, 0)).FirstOrDefault(NoItem),
        "max" => (value, arguments) => Sorted(Expect(value, arguments, 0)).LastOrDefault(NoItem),
        "join" => (value, arguments) => new OptionValue.Text(
            string.Join(arguments.IsEmpty ? "" : arguments[0].Printed, Items(value).Select(item => item.Printed))),
        "first" => (value, arguments) => Items(Expect(value, arguments, 0)).FirstOrDefault(NoItem),
        "last" => (value, arguments) => Items(Expect(value, arguments, 0)).LastOrDefault(NoItem),
        _ => throw new ExpressionException($"no filter named '{name}'"),
    };

    /// <exception cref="ExpressionException">There is none of this name.</exception>
    public static Function Test(string name) => name switch
    {
        "defined" => Test(value => value is not OptionValue.Undefined),
        "undefined" => Test(value => value is OptionValue.Undefined),
        "none" => Test(value => value is OptionValue.Nothing),
        "true" => Test(value => value is OptionValue.Flag { Value: true }),
        "false" => Test(value => value is OptionValue.Flag { Value: false }),
        "boolean" => Test(value => value is OptionValue.Flag),
        "string" => Test(value => value is OptionValue.Text),
        "number" => Test(value => value is OptionValue.Number or OptionValue.Flag),
        "sequence" or "iterable" => Test(value => value is OptionValue.Text or OptionValue.List),
        "integer" => Test(value => value is OptionValue.Number),
        "float" or "mapping" or "callable" => Test(_ => false),
        "odd" => Test(value => Whole(value) % 2 != 0),
        "even" => Test(value => Whole(value) % 2 == 0),
        "lower" => Test(value => IsAllOf(value, char.IsUpper, char.IsLower)),
        "upper" => Test(value => IsAllOf(value, char.IsLower, char.IsUpper)),
        "divisibleby" => (value, arguments) => OptionValue.Of(
            ExpressionArithmetic.Calculate(value, "%", Argument(arguments)) is OptionValue.Number { Value: 0 }),
        "gt" or "greaterthan" => (value, arguments) => OptionValue.Of(OptionValue.Order(value, Argument(arguments)) > 0),
        "ge" => (value, arguments) => OptionValue.Of(OptionValue.Order(value, Argument(arguments)) >= 0),
        "lt" or "lessthan" => (value, arguments) => OptionValue.Of(OptionValue.Order(value, Argument(arguments)) < 0),
        "le" => (value, arguments) => OptionValue.Of(OptionValue.Order(value, Argument(arguments)) <= 0),
        "eq" or "equalto" => (value, arguments) => OptionValue.Of(OptionValue.AreEqual(value, Argument(arguments))),
        "ne" => (value, arguments) => OptionValue.Of(!OptionValue.AreEqual(value, Argument(arguments))),
        "in" => (value, arguments) => OptionValue.Of(value.IsIn(Argument(arguments))),
        _ => throw new ExpressionException($"no test named '{name}'"),
    };

    /// <summary>A method of texts; one that there is not is a mistake only where it is called.</summary>
    public static Function Method(string name) => name switch
    {
        "startswith" => (value, arguments) => OptionValue.Of(Affixes(arguments).Any(affix => Text(value).StartsWith(affix, StringComparison.Ordinal))),
        "endswith" => (value, arguments) => OptionValue.Of(Affixes(arguments).Any(affix => Text(value).EndsWith(affix, StringComparison.Ordinal))),
        "lower" or "casefold" => (value, arguments) => new OptionValue.Text(Text(Expect(value, arguments, 0)).ToLowerInvariant()),
        "upper" => (value, arguments) => new OptionValue.Text(Text(Expect(value, arguments, 0)).ToUpperInvariant()),
        "capitalize" => (value, arguments) => new OptionValue.Text(Capitalized(Text(Expect(value, arguments, 0)))),
        "strip" => (value, arguments) => new OptionValue.Text(Text(value).Trim(Stripped(arguments))),
        "lstrip" => (value, arguments) => new OptionValue.Text(Text(value).TrimStart(Stripped(arguments))),
        "rstrip" => (value, arguments) => new OptionValue.Text(Text(value).TrimEnd(Stripped(arguments))),
        "replace" => (value, arguments) => new OptionValue.Text(Replaced(Text(value), arguments)),
        "split" => (value, arguments) => OptionValue.Of(arguments.IsEmpty
            ? Text(value).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            : Text(value).Split(NotEmpty(Text(Argument(arguments))))),
        "join" => (value, arguments) => new OptionValue.Text(string.Join(Text(value), Items(Argument(arguments)).Select(Text))),
        "find" => (value, arguments) => new OptionValue.Number(Text(value).IndexOf(Text(Argument(arguments)), StringComparison.Ordinal)),
        "count" => (value, arguments) => new OptionValue.Number(value is OptionValue.List list
            ? list.Items.Count(item => OptionValue.AreEqual(item, Argument(arguments)))
            : Text(Argument(arguments)) is { Length: > 0 } part ? Text(value).Split(part).Length - 1 : Text(value).Length + 1),
        "isdigit" => (value, arguments) => OptionValue.Of(Text(Expect(value, arguments, 0)) is { Length: > 0 } text && text.All(char.IsDigit)),
        _ => (value, _) => throw (value is OptionValue.Undefined undefined
            ? undefined.Failure
            : new ExpressionException($"a {value.Kind} has no method named '{name}'")),
    };

    private static Function Test(Func<OptionValue, bool> test) =>
        (value, arguments) => OptionValue.Of(test(Expect(value, arguments, 0)));

    private static OptionValue.Number Length(OptionValue value) =>
        new OptionValue.Number(value is OptionValue.Text text ? text.Value.Length : Items(value).Length);

    public static ImmutableArray<OptionValue> Items(OptionValue value) => value switch
    {
        OptionValue.List list => list.Items,
        OptionValue.Text text => [.. text.Value.Select(letter => new OptionValue.Text(letter.ToString()))],
        OptionValue.Undefined undefined => throw undefined.Failure,
        _ => throw new ExpressionException($"a {value.Kind} has no items"),
    };

    private static string Text(OptionValue value) => value switch
    {
        OptionValue.Text text => text.Value,
        OptionValue.Undefined undefined => throw undefined.Failure,
        _ => throw new ExpressionException($"a text is expected, not a {value.Kind}"),
    };

    private static OptionValue NoItem { get; } = new OptionValue.Undefined("the item of an empty list");

    private static ImmutableArray<OptionValue> Sorted(OptionValue value)
    {
        OptionValue[] items = [.. Items(value)];
        MergeSort<OptionValue>.Sort(items, (left, right) => OptionValue.Order(Key(left), Key(right)));
        return [.. items];

        // Without regard to case, as Jinja does.
        static OptionValue Key(OptionValue item) => item is OptionValue.Text text ? new OptionValue.Text(text.Value.ToLowerInvariant()) : item;
    }

    private static string Capitalized(string text) =>
        text.Length == 0 ? text : text[..1].ToUpperInvariant() + text[1..].ToLowerInvariant();

    private static string Replaced(string text, ImmutableArray<OptionValue> arguments) => arguments.Length == 2
        ? Text(arguments[0]) is { Length: > 0 } old
            ? text.Replace(old, Text(arguments[1]), StringComparison.Ordinal)
            : throw new ExpressionException("an empty text is not replaced")
        : throw WrongNumber(2, arguments.Length);

    private static IEnumerable<string> Affixes(ImmutableArray<OptionValue> arguments) =>
        Argument(arguments) is OptionValue.List { IsTuple: true } list ? list.Items.Select(Text) : [Text(Argument(arguments))];

    private static char[]? Stripped(ImmutableArray<OptionValue> arguments) =>
        arguments.IsEmpty ? null : NotEmpty(Text(Argument(arguments))).ToCharArray();

    private static string NotEmpty(string text) =>
        text.Length > 0 ? text : throw new ExpressionException("a text that is not empty is expected");

    // Jinja: anything but a number is 0.
    private static long Number(OptionValue value) => value switch
    {
        OptionValue.Undefined undefined => throw undefined.Failure,
        OptionValue.Text text => long.TryParse(text.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0,
        _ => value.Numeric ?? 0,
    };

    private static long Whole(OptionValue value) =>
        ExpressionArithmetic.Calculate(value, "+", new OptionValue.Number(0)) is OptionValue.Number number ? number.Value : 0;

    private static bool IsAllOf(OptionValue value, Func<char, bool> forbidden, Func<char, bool> needed) =>
        value.Printed is var text && !text.Any(forbidden) && text.Any(needed);

    private static OptionValue Argument(ImmutableArray<OptionValue> arguments) =>
        arguments.Length == 1 ? arguments[0] : throw WrongNumber(1, arguments.Length);

    private static OptionValue Expect(OptionValue value, ImmutableArray<OptionValue> arguments, int count) =>
        arguments.Length == count ? value : throw WrongNumber(count, arguments.Length);

    private static ExpressionException WrongNumber(int expected, int given) =>
        new($"{expected} arguments are expected, not {given}");
}
