using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Bistro.Builder.Files;

/// <summary>Does the same work on many files at once. The first failure ends the work and is thrown, as if the files were handled one after the other.</summary>
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
            // On a full disk all threads report the same.
            ExceptionDispatchInfo.Throw(failures.Flatten().InnerExceptions[0]);
        }
    }
}
