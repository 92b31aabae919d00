using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Bistro.Builder.Files;

/// <summary>The same work on many files at once. The first failure ends it and is what the caller sees, as if one file had come after the other.</summary>
internal static class ParallelFiles
{
    public static void ForEach<T>(IList<T> files, Action<T> work, CancellationToken cancellationToken)
    {
        try
        {
            var shares = Partitioner.Create(files, loadBalance: true);
            Parallel.ForEach(shares, new ParallelOptions { CancellationToken = cancellationToken }, work);
        }
        catch (AggregateException failures)
        {
            // On a full disk all of them say the same.
            ExceptionDispatchInfo.Throw(failures.Flatten().InnerExceptions[0]);
        }
    }
}
