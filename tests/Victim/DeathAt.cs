using System.Diagnostics;
using Bistro.Builder.Content;

namespace Bistro.Victim;

/// <summary>Kills this process at the step of that number, counted from 1: nothing is cleaned up, no handler runs.</summary>
internal sealed class DeathAt(int step) : IContentFaults
{
    private int _steps;

    public void Before(ContentStep reached, string path)
    {
        if (Interlocked.Increment(ref _steps) != step)
            return;
        Process.GetCurrentProcess().Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
