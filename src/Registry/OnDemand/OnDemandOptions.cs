namespace Bistro.Registry.OnDemand;

/// <summary>How long requests are held while an image is built.</summary>
public sealed record OnDemandOptions
{
    /// <summary>For clients that wait for minutes: just under the five after which Kubernetes' containerd 1.7 gives up.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(280);

    /// <summary>For clients that are known to give up after 30 seconds.</summary>
    public TimeSpan HastyHold { get; init; } = TimeSpan.FromSeconds(25);
}
