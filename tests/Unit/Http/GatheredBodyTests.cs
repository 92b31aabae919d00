using System.IO.Pipelines;
using Bistro.Registry.Http;

namespace Bistro.Unit.Http;

/// <summary>A body that flows changes the memory of all connections, so these tests do not run beside those of the memory.</summary>
[Collection(nameof(ConnectionMemory))]
public sealed class GatheredBodyTests
{
    [Fact]
    public async Task A_request_that_is_aborted_while_its_client_pauses_is_an_error_of_the_read_alone()
    {
        var body = new AbortedBody();
        using var gathered = new GatheredBody(body);

        var failure = await Assert.ThrowsAsync<OperationCanceledException>(
            () => gathered.ReadAsync(TestContext.Current.CancellationToken).AsTask());

        Assert.Equal(AbortedBody.Message, failure.Message);
    }

    /// <summary>As the web server's: once the request is aborted, every call throws, also the one that ends the waiting.</summary>
    private sealed class AbortedBody : PipeReader
    {
        public const string Message = "The request was aborted.";

        private readonly TaskCompletionSource<ReadResult> _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _hasRead;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            if (_hasRead)
                return new ValueTask<ReadResult>(_second.Task);
            _hasRead = true;
            return ValueTask.FromResult(new ReadResult(new([1]), isCanceled: false, isCompleted: false));
        }

        public override void CancelPendingRead()
        {
            _second.TrySetException(new OperationCanceledException(Message));
            throw new OperationCanceledException(Message);
        }

        public override void AdvanceTo(SequencePosition consumed)
        {
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
        }

        public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
