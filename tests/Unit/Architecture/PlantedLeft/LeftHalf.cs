namespace Bistro.Unit.Architecture.PlantedLeft;

/// <summary>One half of a cycle. It uses the other half in a lambda of an asynchronous method only.</summary>
internal sealed class LeftHalf
{
    public static async Task<int> CountAsync()
    {
        await Task.Yield();
        return Enumerable.Range(0, 2).Sum(index => index + PlantedRight.RightHalf.Size);
    }
}
