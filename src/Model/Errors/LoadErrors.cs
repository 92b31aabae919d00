namespace Bistro.Model.Errors;

/// <summary>Collects independent mistakes, to report them together. Thread-safe.</summary>
public sealed class LoadErrors
{
    // A longer list would not be read.
    private const int MostShown = 100;

    private static readonly LoadError More = new(LoadErrorReason.InvalidData, null, "There are more mistakes than these");

    private readonly Lock _lock = new();
    private readonly List<LoadError> _errors = [];

    public void Add(LoadErrorReason reason, Provenance? where, string message) =>
        Add([new LoadError(reason, where, message)]);

    public void Add(LoadException exception) => Add(exception.Errors.AsSpan());

    /// <summary>Ends a load that finds too many mistakes.</summary>
    /// <exception cref="LoadException">There were more than are shown.</exception>
    public void ThrowIfMany()
    {
        if (_errors.Count > MostShown)
            ThrowIfAny();
    }

    /// <exception cref="LoadException">There were mistakes. They are sorted by place, without duplicates.</exception>
    public void ThrowIfAny()
    {
        lock (_lock)
        {
            if (_errors.Count == 0)
                return;
            var ordered = _errors.Distinct()
                .Where(error => error != More)
                .OrderBy(error => error.Where?.File.Name, StringComparer.Ordinal)
                .ThenBy(error => error.Where?.Line)
                .ThenBy(error => error.Where?.Column)
                .ToArray();
            throw new LoadException(ordered.Length <= MostShown && !_errors.Contains(More)
                ? [.. ordered]
                : [.. ordered.Take(MostShown), More]);
        }
    }

    private void Add(ReadOnlySpan<LoadError> errors)
    {
        lock (_lock)
            _errors.AddRange(errors);
    }
}
