namespace Bistro.Builder.Scheduling;

/// <summary>What happens to the jobs that wait when one has failed (<c>scheduler: on-error</c>).</summary>
public enum FailurePolicy
{
    /// <summary>What does not need it is built all the same.</summary>
    Continue,

    /// <summary>What is running is finished, nothing else is begun.</summary>
    Quit,

    /// <summary>What is running is ended, and nothing else is begun.</summary>
    Terminate,
}

/// <summary>How much is done at once (<c>scheduler</c> of the user configuration).</summary>
public sealed record SchedulerOptions
{
    /// <summary>Elements built at once; default the number of processors.</summary>
    public int Builders { get; init; } = Environment.ProcessorCount;

    /// <summary>Elements whose sources are fetched at once; default 10, as BuildStream's.</summary>
    public int Fetchers { get; init; } = 10;

    /// <summary>How often a fetch that failed for a passing reason is tried again; default 2, as BuildStream's.</summary>
    public int NetworkRetries { get; init; } = 2;

    /// <summary>Before such a try; default a second.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(1);

    public FailurePolicy OnError { get; init; } = FailurePolicy.Continue;
}
