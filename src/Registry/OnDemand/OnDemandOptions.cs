namespace Bistro.Registry.OnDemand;

/// <summary>How long requests wait while an image is built.</summary>
public sealed record OnDemandOptions
{
    /// <summary>For most clients: just below five minutes, the limit of containerd 1.7 in Kubernetes.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(280);

    /// <summary>For clients that give up after 30 seconds.</summary>
    public TimeSpan ShortHold { get; init; } = TimeSpan.FromSeconds(25);
}
