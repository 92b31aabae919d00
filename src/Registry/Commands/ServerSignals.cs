using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Bistro.Registry.Commands;

/// <summary>
/// The signals of a server: SIGTERM and SIGINT ask it to stop, and a second one ends the process at once; SIGHUP asks it to read its
/// configuration again.
/// </summary>
internal sealed class ServerSignals : IDisposable
{
    // By convention, the exit code of a process that a signal ended is this and the signal's number.
    private const int EndedBySignal = 128;
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    // Signals that arrive while one is handled are one: the handler reads what is there then.
    private readonly Channel<bool> _reloads = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private int _stops;

    public ServerSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, Terminate)),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, Interrupt)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Reload),
    ];

    /// <summary>Cancelled by the first signal to stop.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>One item for each request to read the configuration again, until the server is to stop.</summary>
    public IAsyncEnumerable<bool> Reloads => _reloads.Reader.ReadAllAsync(CancellationToken.None);

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext signal, int number)
    {
        signal.Cancel = true;
        // Nothing that was acknowledged is lost, whenever the process ends.
        if (Interlocked.Increment(ref _stops) > 1)
            Environment.Exit(EndedBySignal + number);
        _reloads.Writer.TryComplete();
        _stop.Cancel();
    }

    private void Reload(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _reloads.Writer.TryWrite(true);
    }
}
