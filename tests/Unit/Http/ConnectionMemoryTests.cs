using Bistro.Registry.Http;

namespace Bistro.Unit.Http;

public sealed class ConnectionMemoryTests
{
    [Fact]
    public void A_block_that_was_given_back_is_taken_again()
    {
        using var memory = new ConnectionMemory();
        var first = memory.Rent();
        var bytes = first.Memory;
        first.Dispose();

        using var second = memory.Rent();

        Assert.True(bytes.Equals(second.Memory));
    }

    [Fact]
    public void A_block_given_back_twice_is_lent_once()
    {
        using var memory = new ConnectionMemory();
        var block = memory.Rent();
        block.Dispose();
        block.Dispose();

        using var first = memory.Rent();
        using var second = memory.Rent();

        Assert.False(first.Memory.Equals(second.Memory));
    }

    [Fact]
    public void More_than_a_block_is_not_lent()
    {
        using var memory = new ConnectionMemory();

        Assert.Equal(memory.MaxBufferSize, memory.Rent(memory.MaxBufferSize).Memory.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Rent(memory.MaxBufferSize + 1));
    }
}
