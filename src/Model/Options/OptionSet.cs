using System.Collections.Concurrent;
using System.Collections.Immutable;
using Bistro.Model.Errors;

namespace Bistro.Model.Options;

/// <summary>The options of a project with their values, for evaluating conditions.</summary>
public sealed class OptionSet
{
    private readonly Dictionary<string, OptionValue> _values;
    private readonly ConcurrentDictionary<string, bool> _verdicts = new(StringComparer.Ordinal);

    internal OptionSet(ImmutableArray<OptionDeclaration> declarations, Dictionary<string, OptionValue> values)
    {
        _values = values;
        Values = [.. declarations.Select(option => KeyValuePair.Create(option.Name, option.Export(values[option.Name])))];
        Exports = [.. declarations.Where(option => option.Variable is not null)
            .Select(option => KeyValuePair.Create(option.Variable!, option.Export(values[option.Name])))];
    }

    /// <summary>No options.</summary>
    public static OptionSet Empty { get; } = new([], []);

    /// <summary>Every option with its value as text, as declared.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Values { get; }

    /// <summary>Variables that options are exported to, with their values.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Exports { get; }

    /// <summary>Whether the condition holds.</summary>
    /// <param name="condition">A BuildStream expression.</param>
    /// <param name="where">Its place.</param>
    /// <exception cref="LoadException">It is not an expression, or it names something that is not an option.</exception>
    public bool Holds(string condition, Provenance where)
    {
        if (_verdicts.TryGetValue(condition, out var verdict))
            return verdict;
        try
        {
            return _verdicts[condition] = ExpressionReader.Read(condition).Evaluate(_values).IsTruthy;
        }
        catch (ExpressionException exception)
        {
            throw new LoadException(
                LoadErrorReason.ExpressionFailed, where, $"Failed to evaluate expression ({condition}): {exception.Message}");
        }
    }
}
