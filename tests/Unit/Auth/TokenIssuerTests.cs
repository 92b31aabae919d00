using System.Security.Cryptography;
using Bistro.Registry.Auth;

namespace Bistro.Unit.Auth;

public sealed class TokenIssuerTests : IDisposable
{
    private readonly string _keyFile = Path.GetTempFileName();

    public TokenIssuerTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(_keyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => File.Delete(_keyFile);

    [Fact]
    public void Servers_that_share_a_key_take_each_others_tokens()
    {
        var options = new TokenOptions { KeyFile = _keyFile };
        using var first = new TokenIssuer(options, TimeProvider.System);
        using var second = new TokenIssuer(options, TimeProvider.System);
        Assert.True(second.Verifies(JsonWebToken.Parse(first.Issue(Identity.Anonymous, []))!));
    }

    [Fact]
    public void Without_a_key_file_each_server_takes_only_its_own()
    {
        using var first = new TokenIssuer(new TokenOptions(), TimeProvider.System);
        using var second = new TokenIssuer(new TokenOptions(), TimeProvider.System);
        var token = JsonWebToken.Parse(first.Issue(Identity.Anonymous, []))!;
        Assert.True(first.Verifies(token));
        Assert.False(second.Verifies(token));
    }
}
