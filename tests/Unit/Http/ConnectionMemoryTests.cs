using Bistro.Registry.Http;

namespace Bistro.Unit.Http;

[Collection(nameof(ConnectionMemory))]
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

    [Fact]
    public void Small_blocks_are_lent_unless_more_is_asked_for_or_a_push_flows()
    {
        using var memory = new ConnectionMemory();
        Assert.Equal(ConnectionMemory.SmallBlock, memory.Rent(4096).Memory.Length);
        Assert.Equal(ConnectionMemory.LargeBlock, memory.Rent(ConnectionMemory.SmallBlock + 1).Memory.Length);
        ConnectionMemory.BeginFlow();
        try
        {
            var lengths = Enumerable.Range(0, 100).Select(_ => memory.Rent(4096).Memory.Length).ToList();
            Assert.Contains(ConnectionMemory.LargeBlock, lengths);
            Assert.InRange(lengths.Sum(), 0, 16 << 20);
        }
        finally
        {
            ConnectionMemory.EndFlow();
        }
    }
}
