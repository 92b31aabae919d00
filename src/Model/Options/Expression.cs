using System.Collections.Immutable;

namespace Bistro.Model.Options;

/// <summary>A parsed condition, such as <c>arch == "x86_64" and not debug</c>.</summary>
internal abstract record Expression
{
    private Expression()
    {
    }

    /// <exception cref="ExpressionException">It uses something that does not exist, or an operation that the value does not have.</exception>
    public abstract OptionValue Evaluate(IReadOnlyDictionary<string, OptionValue> options);

    public sealed record Literal(OptionValue Value) : Expression
    {
        public override OptionValue Evaluate(IReadOnlyDictionary<string, OptionValue> options) => Value;
    }

    public sealed record Name(string Option) : Expression
    {
        public override OptionValue Evaluate(IReadOnlyDictionary<string, OptionValue> options) =>
            options.TryGetValue(Option, out var value) ? value : new OptionValue.Undefined(Option);
    }

    public sealed record List(ImmutableArray<Expression> Items, bool IsTuple) : Expression
    {
        public override OptionValue Evaluate(IReadOnlyDictionary<string, OptionValue> options) =>
            new OptionValue.List([.. Items.Select(item => item.Evaluate(options))], IsTuple);
    }

    public sealed record Not(Expression Operand) : Expression
    {
        public override OptionValue Evaluate(IReadOnlyDictionary<string, OptionValue> options) =>
            OptionValue.Of(!Operand.Evaluate(options).IsTruthy);
    }

    /// <summary>The first operand that decides, unread what follows it; the last one where none does.</summary>
    public sealed record AndOr(Expression Left, bool IsAnd, Expression Right) : Expression
    {
        public override OptionValue Evaluate(IReadOnlyDictionary<string, OptionValue> options)
        {
            var left = Left.Evaluate(options);
            return left.IsTruthy == IsAnd ? Right.Evaluate(options) : left;
        }
    }

    /// <summary><c>a &lt; b &lt; c</c> holds where both do.</summary>
    public sealed record Comparison(Expression First, ImmutableArray<(string Operator, Expression Operand)> Rest) : Expression
    {
        public override OptionValue Evaluate(IReadOnlyDictionary<string, OptionValue> options)
        {
            var left = First.Evaluate(options);
            foreach (var (@operator, operand) in Rest)
            {
                var right = operand.Evaluate(options);
                if (!Holds(left, @operator, right))
                    return OptionValue.False;
                left = right;
            }

            return OptionValue.True;
        }

        private static bool Holds(OptionValue left, string @operator, OptionValue right) => @operator switch
        {
            "==" => OptionValue.AreEqual(left, right),
            "!=" => !OptionValue.AreEqual(left, right),
            "<" => OptionValue.Order(left, right) < 0,
            "<=" => OptionValue.Order(left, right) <= 0,
            ">" => OptionValue.Order(left, right) > 0,
            ">=" => OptionValue.Order(left, right) >= 0,
            "in" => left.IsIn(right),
            _ => !left.IsIn(right),
        };
    }

    /// <summary><c>a ~ b</c>: both as text, joined.</summary>
    public sealed record Joined(Expression Left, Expression Right) : Expression
    {
        public override OptionValue Evaluate(IReadOnlyDictionary<string, OptionValue> options) =>
            new OptionValue.Text(Left.Evaluate(options).Printed + Right.Evaluate(options).Printed);
    }

    /// <summary><c>a + b</c> and its like.</summary>
    public sealed record Calculation(Expression Left, string Operator, Expression Right) : Expression
    {
        public override OptionValue Evaluate(IReadOnlyDictionary<string, OptionValue> options) =>
            ExpressionArithmetic.Calculate(Left.Evaluate(options), Operator, Right.Evaluate(options));
    }

    /// <summary><c>a[0]</c>; what is not there is undefined.</summary>
    public sealed record Item(Expression Operand, Expression Place) : Expression
    {
        public override OptionValue Evaluate(IReadOnlyDictionary<string, OptionValue> options) =>
            ExpressionArithmetic.Item(Operand.Evaluate(options), Place.Evaluate(options));
    }

    /// <summary><c>a[1:3]</c>.</summary>
    public sealed record Slice(Expression Operand, Expression Start, Expression End) : Expression
    {
        public override OptionValue Evaluate(IReadOnlyDictionary<string, OptionValue> options) =>
            ExpressionArithmetic.Slice(Operand.Evaluate(options), Start.Evaluate(options), End.Evaluate(options));
    }

    /// <summary><c>a()</c>: no value can be called; an error only if it is evaluated.</summary>
    public sealed record Called(Expression Operand) : Expression
    {
        public override OptionValue Evaluate(IReadOnlyDictionary<string, OptionValue> options) =>
            throw (Operand.Evaluate(options) is OptionValue.Undefined undefined ? undefined.Failure : new ExpressionException("a value cannot be called"));
    }

    /// <summary><c>a if condition else b</c>.</summary>
    public sealed record Choice(Expression Then, Expression Condition, Expression? Else) : Expression
    {
        public override OptionValue Evaluate(IReadOnlyDictionary<string, OptionValue> options) =>
            Condition.Evaluate(options).IsTruthy ? Then.Evaluate(options)
            : Else?.Evaluate(options) ?? new OptionValue.Undefined("the value of an if without else");
    }

    /// <summary>A filter (<c>x | length</c>), a test (<c>x is defined</c>) or a method of a text (<c>x.startswith("a")</c>).</summary>
    public sealed record Call(
        ExpressionFunctions.Function Function, Expression Operand, ImmutableArray<Expression> Arguments) : Expression
    {
        public override OptionValue Evaluate(IReadOnlyDictionary<string, OptionValue> options) =>
            Function(Operand.Evaluate(options), [.. Arguments.Select(argument => argument.Evaluate(options))]);
    }
}
