using Bistro.Model.Errors;
using Bistro.Model.Options;
using Bistro.Model.Yaml;

namespace Bistro.Model.Composition;

/// <summary>Evaluates <c>(?)</c> and <c>(!)</c>: composes the fragments whose condition holds over the mapping that contains them.</summary>
public static class Conditions
{
    // A fragment may contain conditions. Nesting in a file is bounded, so this limit is never reached.
    private const int MaximumRounds = 1000;

    /// <param name="node">What to process; returned as it is where it has no conditions.</param>
    /// <param name="options">The options of the project that the text belongs to.</param>
    /// <param name="restricted">Keys that no condition may set at the root.</param>
    /// <exception cref="LoadException">A condition is wrong, an assertion fails, or a fragment does not fit.</exception>
    public static MappingNode Process(MappingNode node, OptionSet options, params ReadOnlySpan<string> restricted)
    {
        for (var round = 0; node.Has(NodeMarks.Condition) && ProcessOnce(ref node, options, restricted); round++)
            if (round == MaximumRounds)
                throw new LoadException(LoadErrorReason.InvalidData, node.Provenance, "Conditions do not come to an end");
        return node.Has(NodeMarks.Condition)
            ? NodeRewriter.Rewrite(node, NodeMarks.Condition, child => Process(child, options))
            : node;
    }

    private static bool ProcessOnce(ref MappingNode node, OptionSet options, ReadOnlySpan<string> restricted)
    {
        var conditions = node.OptionalSequence(Directive.Conditions);
        if (node.Scalar(Directive.Assertion) is { } assertion)
            throw new LoadException(LoadErrorReason.UserAssertion, assertion.Provenance, assertion.Value);
        if (conditions is null)
            return false;

        node = node.Without(Directive.Conditions);
        foreach (var condition in conditions.Items)
            if (Holding(condition, options, restricted) is { } fragment)
                node = Composer.Compose(node, fragment);
        return true;
    }

    /// <summary>The condition's fragment where it holds, else null.</summary>
    private static MappingNode? Holding(Node condition, OptionSet options, ReadOnlySpan<string> restricted)
    {
        if (condition is not MappingNode { Members.IsEmpty: false } statement)
            throw new LoadException(
                LoadErrorReason.InvalidData, condition.Provenance, "A conditional statement is a dict of one key, the expression");
        if (statement.Members.Length > 1)
            throw new LoadException(
                LoadErrorReason.InvalidData, condition.Provenance, "Conditional statement has more than one key");

        var (expression, value, _) = statement.Members[0];
        var holds = options.Holds(expression, condition.Provenance);
        if (value is not MappingNode fragment)
            throw Composer.Illegal(condition, "Only values of type 'dict' can be composed");
        foreach (var key in restricted)
            if (fragment[key] is { } forbidden)
                throw Composer.Illegal(forbidden, $"The '{key}' key cannot be specified conditionally");
        return holds ? fragment : null;
    }
}
