using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Xunit.v3;

namespace Bistro.Testing;

/// <summary>
/// Bounds the time of every test of an assembly. A test that takes longer is cancelled and fails. One that does not end even then is
/// named on the error output, and the process exits with code 1. The variable TEST_TIME_LIMIT overrides the number of seconds.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class TimeLimitAttribute(int seconds) : BeforeAfterTestAttribute
{
    private readonly ConcurrentDictionary<string, Limit> _running = new(StringComparer.Ordinal);

    public int Seconds { get; } = int.TryParse(
        Environment.GetEnvironmentVariable("TEST_TIME_LIMIT"), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : seconds;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (!Debugger.IsAttached)
            _running[test.UniqueID] = new Limit(test.TestDisplayName, TimeSpan.FromSeconds(Seconds), TestContext.Current);
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (!_running.TryRemove(test.UniqueID, out var limit))
            return;
        limit.Dispose();
        if (limit.IsExceeded)
            throw new TimeoutException($"{test.TestDisplayName} took longer than its limit of {Seconds} s.");
    }

    private sealed class Limit : IDisposable
    {
        private readonly string _test;
        private readonly TimeSpan _time;
        private readonly ITestContext _context;
        private readonly Timer _timer;

        public Limit(string test, TimeSpan time, ITestContext context)
        {
            (_test, _time, _context) = (test, time, context);
            // Cancels the test when the time is over, and ends the process if the test has not ended after the same time again.
            _timer = new Timer(_ => Exceed(), null, time, time);
        }

        public bool IsExceeded { get; private set; }

        public void Dispose() => _timer.Dispose();

        private void Exceed()
        {
            if (!IsExceeded)
            {
                IsExceeded = true;
                _context.CancelCurrentTest();
                return;
            }
            Console.Error.WriteLine($"{_test} hangs: it took longer than its limit of {_time.TotalSeconds} s, and did not end when it was cancelled.");
            Environment.Exit(1);
        }
    }
}
