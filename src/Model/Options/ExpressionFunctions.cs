using System.Collections.Immutable;

namespace Bistro.Model.Options;

/// <summary>
/// What conditions may call: of Jinja's filters, tests and text methods those that say something about an option's value.
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
        "join" => (value, arguments) => new OptionValue.Text(
            string.Join(arguments.IsEmpty ? "" : arguments[0].Printed, Items(value).Select(item => item.Printed))),
        "first" => (value, arguments) => Items(Expect(value, arguments, 0)).FirstOrDefault(OptionValue.None),
        "last" => (value, arguments) => Items(Expect(value, arguments, 0)).LastOrDefault(OptionValue.None),
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
        "eq" or "equalto" => (value, arguments) => OptionValue.Of(OptionValue.AreEqual(value, Argument(arguments))),
        "ne" => (value, arguments) => OptionValue.Of(!OptionValue.AreEqual(value, Argument(arguments))),
        "in" => (value, arguments) => OptionValue.Of(value.IsIn(Argument(arguments))),
        _ => throw new ExpressionException($"no test named '{name}'"),
    };

    /// <exception cref="ExpressionException">There is none of this name.</exception>
    public static Function Method(string name) => name switch
    {
        "startswith" => (value, arguments) => OptionValue.Of(
            Text(value).StartsWith(Text(Argument(arguments)), StringComparison.Ordinal)),
        "endswith" => (value, arguments) => OptionValue.Of(
            Text(value).EndsWith(Text(Argument(arguments)), StringComparison.Ordinal)),
        "lower" => (value, arguments) => new OptionValue.Text(Text(Expect(value, arguments, 0)).ToLowerInvariant()),
        "upper" => (value, arguments) => new OptionValue.Text(Text(Expect(value, arguments, 0)).ToUpperInvariant()),
        _ => throw new ExpressionException($"no method named '{name}'"),
    };

    private static Function Test(Func<OptionValue, bool> test) =>
        (value, arguments) => OptionValue.Of(test(Expect(value, arguments, 0)));

    private static OptionValue.Number Length(OptionValue value) =>
        new OptionValue.Number(value is OptionValue.Text text ? text.Value.Length : Items(value).Length);

    private static ImmutableArray<OptionValue> Items(OptionValue value) => value switch
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

    private static OptionValue Argument(ImmutableArray<OptionValue> arguments) =>
        arguments.Length == 1 ? arguments[0] : throw WrongNumber(1, arguments.Length);

    private static OptionValue Expect(OptionValue value, ImmutableArray<OptionValue> arguments, int count) =>
        arguments.Length == count ? value : throw WrongNumber(count, arguments.Length);

    private static ExpressionException WrongNumber(int expected, int given) =>
        new($"{expected} arguments are expected, not {given}");
}
