using System.Collections.Immutable;
using System.Globalization;

namespace Bistro.Model.Options;

/// <summary>
/// Reads a condition: Jinja's expressions, of which BuildStream supports what is useful with options. The methods
/// are in the order of precedence, lowest first.
/// </summary>
internal sealed class ExpressionReader
{
    private const int MaximumDepth = 64;

    // So that evaluating it by recursion is safe.
    private const int MaximumLength = 10_000;

    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">=", "in", "not in"];
    private static readonly string[] Sums = ["+", "-"];
    private static readonly string[] Products = ["*", "//", "/", "%"];

    private readonly ImmutableArray<ExpressionToken> _tokens;
    private int _next;
    private int _depth;

    private ExpressionReader(ImmutableArray<ExpressionToken> tokens) => _tokens = tokens;

    /// <exception cref="ExpressionException">It is not an expression.</exception>
    public static Expression Read(string text)
    {
        if (text.Length > MaximumLength)
            throw new ExpressionException($"it is longer than {MaximumLength} characters");
        var reader = new ExpressionReader(ExpressionToken.Split(text));
        var expression = reader.ReadTuple();
        return reader.Current.Kind == ExpressionTokenKind.End ? expression : throw reader.Unexpected();
    }

    private ExpressionToken Current => _tokens[_next];

    // Behind `if` Jinja reads `a, b` as a tuple, but no `a if b`.
    private Expression ReadTuple(bool parenthesised = false)
    {
        var first = parenthesised ? ReadChoice() : ReadOr();
        if (!Current.Is(","))
            return first;
        var items = ImmutableArray.CreateBuilder<Expression>();
        items.Add(first);
        while (Take(",") && !Current.Is(")") && Current.Kind != ExpressionTokenKind.End)
            items.Add(parenthesised ? ReadChoice() : ReadOr());
        return new Expression.List(items.DrainToImmutable(), IsTuple: true);
    }

    private Expression ReadChoice()
    {
        if (++_depth > MaximumDepth)
            throw new ExpressionException($"it is nested more than {MaximumDepth} deep");
        var then = ReadOr();
        while (Take("if"))
            then = new Expression.Choice(then, ReadOr(), Take("else") ? ReadChoice() : null);
        _depth--;
        return then;
    }

    private Expression ReadOr()
    {
        var left = ReadAnd();
        while (Take("or"))
            left = new Expression.AndOr(left, IsAnd: false, ReadAnd());
        return left;
    }

    private Expression ReadAnd()
    {
        var left = ReadNot();
        while (Take("and"))
            left = new Expression.AndOr(left, IsAnd: true, ReadNot());
        return left;
    }

    private Expression ReadNot()
    {
        var negations = 0;
        while (Take("not"))
            negations++;
        var expression = ReadComparison();
        while (negations-- > 0)
            expression = new Expression.Not(expression);
        return expression;
    }

    private Expression ReadComparison()
    {
        var first = ReadSum();
        var rest = ImmutableArray.CreateBuilder<(string, Expression)>();
        while (TakeComparison() is { } comparison)
            rest.Add((comparison, ReadSum()));
        return rest.Count == 0 ? first : new Expression.Comparison(first, rest.DrainToImmutable());
    }

    private string? TakeComparison()
    {
        if (Current.Is("not") && _tokens[_next + 1].Is("in"))
        {
            _next += 2;
            return "not in";
        }

        return Array.Find(Comparisons, Take);
    }

    private Expression ReadSum()
    {
        var left = ReadJoined();
        while (Array.Find(Sums, Take) is { } sign)
            left = new Expression.Calculation(left, sign, ReadJoined());
        return left;
    }

    private Expression ReadJoined()
    {
        var left = ReadProduct();
        while (Take("~"))
            left = new Expression.Joined(left, ReadProduct());
        return left;
    }

    private Expression ReadProduct()
    {
        var left = ReadSigned();
        while (Array.Find(Products, Take) is { } sign)
            left = new Expression.Calculation(left, sign, ReadSigned());
        return left;
    }

    private Expression ReadSigned()
    {
        var signs = new Stack<string>();
        while (Array.Find(Sums, Take) is { } sign)
            signs.Push(sign);
        var expression = ReadPostfix(ReadPrimary());
        while (signs.TryPop(out var sign))
            expression = new Expression.Calculation(new Expression.Literal(new OptionValue.Number(0)), sign, expression);
        return ReadFilters(expression);
    }

    private Expression ReadPostfix(Expression expression)
    {
        while (true)
        {
            if (Take("."))
                expression = ReadMethod(expression);
            else if (Take("["))
                expression = ReadPart(expression);
            else if (Take("("))
                expression = ReadCalled(expression);
            else
                return expression;
        }
    }

    private Expression ReadFilters(Expression expression)
    {
        while (true)
        {
            if (Take("|"))
                expression = new Expression.Call(ExpressionFunctions.Filter(TakeName()), expression, ReadArguments());
            else if (Take("is"))
                expression = ReadTest(expression);
            else if (Take("("))
                expression = ReadCalled(expression);
            else
                return expression;
        }
    }

    private Expression.Call ReadMethod(Expression operand)
    {
        var method = ExpressionFunctions.Method(TakeName());
        return Current.Is("(")
            ? new Expression.Call(method, operand, ReadArguments())
            : throw new ExpressionException($"{Current.Described}, expected '('");
    }

    private Expression ReadPart(Expression operand)
    {
        Expression none = new Expression.Literal(OptionValue.None);
        var start = Current.Is(":") ? none : ReadChoice();
        if (!Take(":"))
        {
            Expect("]");
            return new Expression.Item(operand, start);
        }
        var end = Current.Is("]") ? none : ReadChoice();
        Expect("]");
        return new Expression.Slice(operand, start, end);
    }

    private Expression.Called ReadCalled(Expression operand)
    {
        ReadItems(")");
        return new Expression.Called(operand);
    }

    private Expression ReadTest(Expression operand)
    {
        var negated = Take("not");
        var test = ExpressionFunctions.Test(TakeName());
        var takesOperand = Current.Kind is ExpressionTokenKind.Text or ExpressionTokenKind.Number || Current.Is("[")
            || (Current.Kind == ExpressionTokenKind.Name && !Current.IsAny("and", "or", "else"));
        var tested = new Expression.Call(test, operand, takesOperand ? [ReadPostfix(ReadPrimary())] : ReadArguments());
        return negated ? new Expression.Not(tested) : tested;
    }

    private ImmutableArray<Expression> ReadArguments() => Take("(") ? ReadItems(")") : [];

    private Expression ReadPrimary()
    {
        var token = Current;
        if (token.Kind == ExpressionTokenKind.End)
            throw Unexpected();
        _next++;
        switch (token.Kind)
        {
            case ExpressionTokenKind.Text:
                var text = token.Text;
                while (Current.Kind == ExpressionTokenKind.Text)
                    text += _tokens[_next++].Text;
                return new Expression.Literal(new OptionValue.Text(text));
            case ExpressionTokenKind.Number:
                return long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? new Expression.Literal(new OptionValue.Number(number))
                    : throw new ExpressionException($"{token.Text} is too large");
            case ExpressionTokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new Expression.Literal(OptionValue.True),
                    "false" or "False" => new Expression.Literal(OptionValue.False),
                    "none" or "None" => new Expression.Literal(OptionValue.None),
                    _ => new Expression.Name(token.Text),
                };
        }

        switch (token.Text)
        {
            case "[":
                return new Expression.List(ReadItems("]"), IsTuple: false);
            case "(" when Take(")"):
                return new Expression.List([], IsTuple: true);
            case "(":
                var inner = ReadTuple(parenthesised: true);
                Expect(")");
                return inner;
            default:
                _next--;
                throw Unexpected();
        }
    }

    private ImmutableArray<Expression> ReadItems(string end)
    {
        var items = ImmutableArray.CreateBuilder<Expression>();
        while (!Take(end))
        {
            items.Add(ReadChoice());
            if (!Current.Is(end))
                Expect(",");
        }

        return items.DrainToImmutable();
    }

    private string TakeName() =>
        Current.Kind == ExpressionTokenKind.Name ? _tokens[_next++].Text : throw Unexpected();

    private bool Take(string text)
    {
        var found = Current.Is(text);
        if (found)
            _next++;
        return found;
    }

    private void Expect(string text)
    {
        if (!Take(text))
            throw new ExpressionException($"{Current.Described}, expected '{text}'");
    }

    private ExpressionException Unexpected() => new(Current.Described);
}
