using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;

namespace Bistro.Conformance.Quickstart;

/// <summary>A developer's tests pull from Bistro as they do from any registry: Testcontainers over podman's API socket.</summary>
[Collection(nameof(SampleServer))]
public sealed class TestcontainersTests(SampleServer sample)
{
    [Fact]
    public async Task Testcontainers_pulls_hello_and_hears_it()
    {
        await using var podman = new Podman();
        await podman.TrustAsync(sample.Server.Address);
        var socket = Path.Combine(podman.Home, "podman.sock");
        using var service = Tool.Start("podman", ["system", "service", "--time=0", $"unix://{socket}"], podman.Environment);
        try
        {
            await podman.WaitForSocketAsync(socket);
            TestcontainersSettings.ResourceReaperEnabled = false;
            await using var container = new ContainerBuilder($"{sample.Server.Address}/freedesktop-sdk/hello")
                .WithDockerEndpoint($"unix://{socket}")
                .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("Hello, world!", wait => wait.WithMode(WaitStrategyMode.OneShot)))
                .Build();
            await container.StartAsync(TestContext.Current.CancellationToken);
            var (output, _) = await container.GetLogsAsync(timestampsEnabled: false, ct: TestContext.Current.CancellationToken);
            Assert.Equal("Hello, world!", output.Trim());
        }
        finally
        {
            service.Kill();
            await service.WaitForExitAsync(CancellationToken.None);
        }
    }
}
