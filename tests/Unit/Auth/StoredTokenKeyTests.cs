using Bistro.Registry.Auth;

namespace Bistro.Unit.Auth;

public sealed class StoredTokenKeyTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-key-");

    private string Key => Path.Combine(_directory.FullName, "key.pem");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Servers_that_share_a_store_accept_each_others_tokens()
    {
        using var first = new TokenIssuer(new TokenOptions { KeyFile = StoredTokenKey.Ensure(Key) }, TimeProvider.System);
        using var second = new TokenIssuer(new TokenOptions { KeyFile = StoredTokenKey.Ensure(Key) }, TimeProvider.System);
        using var stranger = new TokenIssuer(new TokenOptions(), TimeProvider.System);
        var token = JsonWebToken.Parse(first.Issue(Identity.Anonymous, []))!;
        Assert.True(second.Verifies(token));
        Assert.False(stranger.Verifies(token));
    }

    [Fact]
    public async Task Servers_that_start_at_once_agree_on_one_key_that_only_the_owner_can_read()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => StoredTokenKey.Ensure(Key))));
        Assert.Equal(["key.pem"], _directory.EnumerateFiles().Select(file => file.Name));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Key));
    }
}
