namespace Bistro.Unit.Upkeep;

/// <summary>The system's clock, set forward: the kernel's stamps on files cannot be faked, so tests move on from them.</summary>
public sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}
