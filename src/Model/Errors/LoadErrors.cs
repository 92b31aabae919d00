using Bistro.Model.Yaml;

namespace Bistro.Model.Errors;

/// <summary>Collects independent mistakes, so that the user sees them together. Many threads may add.</summary>
public sealed class LoadErrors
{
    private readonly Lock _lock = new();
    private readonly List<LoadError> _errors = [];

    public void Add(LoadErrorReason reason, Provenance? where, string message) =>
        Add([new LoadError(reason, where, message)]);

    public void Add(LoadException exception) => Add(exception.Errors.AsSpan());

    /// <exception cref="LoadException">There were mistakes; they come in the order of their places, each once.</exception>
    public void ThrowIfAny()
    {
        lock (_lock)
        {
            if (_errors.Count > 0)
                throw new LoadException([.. _errors.Distinct()
                    .OrderBy(error => error.Where?.File.Name, StringComparer.Ordinal)
                    .ThenBy(error => error.Where?.Line)
                    .ThenBy(error => error.Where?.Column)]);
        }
    }

    private void Add(ReadOnlySpan<LoadError> errors)
    {
        lock (_lock)
            _errors.AddRange(errors);
    }
}
