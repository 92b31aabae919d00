using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Bistro.Registry.Commands;

/// <summary>
/// The signals of a server: SIGTERM and SIGINT stop it, and a second one ends the process at once; SIGHUP reloads its
/// configuration.
/// </summary>
internal sealed class ServerSignals : IDisposable
{
    // By convention, the exit code of a process ended by a signal is this number plus the signal's number.
    private const int EndedBySignal = 128;
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    // Signals that arrive while one is handled are merged: the handler then reads the current file.
    private readonly Channel<bool> _reloads = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private int _stops;

    public ServerSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, Terminate)),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, Interrupt)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Reload),
    ];

    /// <summary>Cancelled by the first stop signal.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>One item for each request to reload the configuration, until the server stops.</summary>
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
        // Acknowledged content is never lost, whenever the process ends.
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
