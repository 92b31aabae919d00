using System.Collections.Concurrent;
using Bistro.Registry.Auth;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

/// <summary>The log says why a push is refused, and clients cannot flood it.</summary>
public sealed class RefusalLogTests
{
    private static readonly AccessRule ReadOnly = new([AccessRule.Anonymous], [RepositoryPattern.Everything], RepositoryActions.Pull);

    [Fact]
    public async Task Refused_push_is_logged_with_client_repository_and_reason()
    {
        var log = new KeptLines();
        await using (var registry = await StartAsync(log, new AuthOptions { Rules = [ReadOnly] }))
            await registry.Client.SendAsync("POST", "/v2/team/app/blobs/uploads/");
        var line = Assert.Single(log.Lines);
        Assert.Equal("Information: Refused POST in team/app from 127.0.0.1: You may not push in team/app.", line);
    }

    [Fact]
    public async Task Each_kind_of_refusal_is_logged_once_however_many_are_sent()
    {
        var log = new KeptLines();
        await using (var registry = await StartAsync(log, new AuthOptions { Rules = [ReadOnly] }))
        {
            for (var i = 0; i < 50; i++)
            {
                await registry.Client.SendAsync("POST", $"/v2/team/app{i}/blobs/uploads/");
                await registry.Client.SendAsync("GET", $"/v2/team/app{i}/manifests/none");
            }
        }

        Assert.Single(log.Lines);
    }

    [Fact]
    public async Task Wrong_content_of_a_push_is_logged_and_the_challenge_before_a_push_is_not()
    {
        var log = new KeptLines();
        await using (var registry = await StartAsync(log, auth: null))
            await registry.Client.SendAsync("POST", $"/v2/team/app/blobs/uploads/?digest={HostileRequests.Digest}", Octets([1]));
        Assert.Contains("Refused POST in team/app from 127.0.0.1: ", Assert.Single(log.Lines), StringComparison.Ordinal);

        var passwords = Path.GetTempFileName();
        await File.WriteAllTextAsync(passwords, $"alice:{BCrypt.Net.BCrypt.HashPassword("secret", 4)}", TestContext.Current.CancellationToken);
        log = new KeptLines();
        await using (var registry = await StartAsync(log, new AuthOptions { Rules = [ReadOnly], PasswordFile = passwords, Tokens = new TokenOptions() }))
        {
            await registry.Client.SendAsync("POST", "/v2/team/app/blobs/uploads/");
            await registry.Client.SendAsync("GET", "/token?service=bistro", null, "Authorization: Basic YWxpY2U6d3Jvbmc=");
        }

        Assert.StartsWith("Information: Refused a login from 127.0.0.1: ", Assert.Single(log.Lines), StringComparison.Ordinal);
        File.Delete(passwords);
    }

    private static Task<RunningRegistry> StartAsync(KeptLines log, AuthOptions? auth) => RunningRegistry.StartAsync(
        configure: options => options with { Auth = auth },
        logging: logging => logging.Services.AddSingleton<ILoggerProvider>(log));

    /// <summary>The lines that the registry itself logs.</summary>
    private sealed class KeptLines : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName.StartsWith("Bistro.", StringComparison.Ordinal) ? _lines : new());

        public void Dispose()
        {
        }

        private sealed class Logger(ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
        }
    }
}
