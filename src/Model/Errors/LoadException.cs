using System.Collections.Immutable;

namespace Bistro.Model.Errors;

/// <summary>A mistake in a project: what is wrong, and where.</summary>
/// <param name="Reason">The kind of mistake, for tests and tools.</param>
/// <param name="Where">Null only if there is no place in a file (a missing project.conf, a command-line option).</param>
/// <param name="Message">A sentence with the offending value and the expected form.</param>
public sealed record LoadError(LoadErrorReason Reason, Provenance? Where, string Message)
{
    public override string ToString() => Where is { } where ? $"{where}: {Message}" : Message;
}

/// <summary>The project is wrong: independent mistakes are reported together.</summary>
public sealed class LoadException : Exception
{
    public LoadException(LoadErrorReason reason, Provenance? where, string message)
        : this([new LoadError(reason, where, message)])
    {
    }

    public LoadException(ImmutableArray<LoadError> errors)
        : base(string.Join('\n', errors)) => Errors = errors;

    public ImmutableArray<LoadError> Errors { get; }
}
